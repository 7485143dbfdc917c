"""Whatever is done in whatever order, and wherever a build is cut off, the next one makes what a clean build makes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import Place, settle
from tests.soak import soak_count

STEPS = 5
_WORDS = ("posta", "tempo", "conti", "è già", "l’ora", "<b>forte</b>", "`codice`", "perché", "{% raw %}")


class Hand:
    """Somebody who works on a site: by chance, and by the same chance the same."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.settings: dict[str, Any] = {"TODAY": "2026-11-20"}
        self._fresh = 100

    def work(self) -> str:
        """Do some things, and return what."""
        doings = self.chance.choices(
            list(self.doings()), weights=list(self.doings().values()), k=self.chance.randint(1, 2)
        )
        for doing in doings:
            doing()
        return ", ".join(doing.__name__.strip("_") for doing in doings)

    def doings(self) -> dict[Callable[[], None], int]:
        """What may be done, and how often it is."""
        edits = {self._text: 5, self._title: 4, self._summary: 2, self._modified: 2, self._page: 2, self._service: 2}
        wider = {self._label: 1, self._date: 1, self._status: 1, self._new: 2, self._delete: 1, self._rename: 1}
        others = {
            self._template: 1,
            self._styles: 1,
            self._setting: 1,
            self._catalogue: 1,
            self._day: 1,
            self._output: 1,
        }
        return {**edits, **wider, **others, self._undo: 2}

    def _post(self) -> Path:
        return self.chance.choice(sorted((self.place.content / "blog").glob("*.md")))

    def _words(self) -> str:
        return " ".join(self.chance.choices(_WORDS[:4], k=3))

    def _put(self, file: Path, text: str) -> None:
        self._last = file, file.read_text(encoding="utf-8") if file.exists() else None
        file.write_text(text, encoding="utf-8")

    def _line(self, file: Path, key: str, value: str) -> None:
        """Give a key of a file's head another value, or add it."""
        lines = file.read_text(encoding="utf-8").split("\n")
        end = lines.index("---", 1)
        head = [line for line in lines[1:end] if not line.startswith(f"{key}:")]
        self._put(file, "\n".join(["---", *head, f"{key}: {value}", *lines[end:]]))

    def _text(self) -> None:
        file, parts = self._post(), ["\n\n", self._words(), " ", *self.chance.choices(_WORDS[:8], k=2), "\n"]
        heading = f"\n## {self._words()}\n" if self.chance.random() < 0.3 else ""
        self._put(file, file.read_text(encoding="utf-8") + "".join(parts) * self.chance.choice((1, 1, 40)) + heading)

    def _title(self) -> None:
        self._line(self._post(), "title", f'"{self._words()} & <{self.chance.randint(0, 9)}>"')

    def _summary(self) -> None:
        self._line(self._post(), "summary", self.chance.choice(("", f'"{self._words()}."')))

    def _modified(self) -> None:
        self._line(self._post(), "modified", f"2026-11-{self.chance.randint(1, 28):02}")

    def _page(self) -> None:
        file = self.chance.choice(sorted((self.place.content / "pages").glob("*.md")))
        self._put(file, file.read_text(encoding="utf-8") + f"\n{self._words()}\n")

    def _service(self) -> None:
        file = self.chance.choice(sorted((self.place.content / "services").rglob("*.md")))
        self._put(file, file.read_text(encoding="utf-8") + f"\n{self._words()}\n")

    def _label(self) -> None:
        self._line(
            self._post(), *self.chance.choice((("tags", "[altro, mio]"), ("tags", ""), ("category", "Mestiere")))
        )

    def _date(self) -> None:
        self._line(self._post(), "date", f"2026-1{self.chance.randint(0, 2)}-{self.chance.randint(1, 28):02}")

    def _status(self) -> None:
        self._line(self._post(), "status", self.chance.choice(("draft", "hidden", "published")))

    def _new(self) -> None:
        self._fresh += 1
        self._put(self.place.post(self._fresh), self._post().read_text(encoding="utf-8"))

    def _delete(self) -> None:
        file = self._post()
        if file != self.place.post(0):  # others lead to it
            self._last = file, file.read_text(encoding="utf-8")
            file.unlink()

    def _rename(self) -> None:
        file = self._post()
        if file != self.place.post(0):
            self._fresh += 1
            file.rename(self.place.post(self._fresh))

    def _template(self) -> None:
        file = self.chance.choice(sorted((self.place.folder / "theme" / "templates" / "partials").glob("*.html")))
        self._put(file, file.read_text(encoding="utf-8") + f"<!-- {self._words()} -->")

    def _styles(self) -> None:
        file = self.chance.choice(sorted((self.place.folder / "theme" / "static" / "css").rglob("*.css")))
        self._put(file, file.read_text(encoding="utf-8") + f"\np{{margin: {self.chance.randint(1, 99)}px}}\n")

    def _setting(self) -> None:
        self.settings["DEFAULT_PAGINATION"] = self.chance.randint(1, 8)

    def _catalogue(self) -> None:
        file = self.chance.choice(sorted((self.place.content / "services").glob("*/*.md")))
        self._line(
            file, *self.chance.choice((("summary", f'"{self._words()}"'), ("order", "7"), ("title", self._words())))
        )

    def _day(self) -> None:
        self.settings["TODAY"] = f"2026-1{self.chance.randint(0, 2)}-{self.chance.randint(1, 28):02}"

    def _output(self) -> None:
        """Somebody meddles with what was built."""
        files = sorted(path for path in self.place.output.rglob("*.html"))
        if files:
            file = self.chance.choice(files)
            self.chance.choice((file.unlink, lambda: file.write_text("altro", encoding="utf-8")))()

    _last: tuple[Path, str | None] | None = None

    def _undo(self) -> None:
        """What was written last is as it was before."""
        if self._last:
            file, text = self._last
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.write_text(text, encoding="utf-8")


def _builder(place: Place, seed: int, number: int) -> Builder | Command:
    """What builds a site: with every other seed a process that stays, or else a command for each build."""
    return Command(place.folder, seed % 7 + number) if seed % 2 else Builder(seed % 7 + number)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(2, 500)))
def test_random_edits_and_interruptions_end_as_a_clean_build(seed: int, tmp_path: Path, other: Builder) -> None:
    place = settle(tmp_path)
    hand, builder, done = Hand(place, seed), _builder(place, seed, 1), list[str]()
    try:
        builder.build(**place.settings(**hand.settings))
        for _ in range(STEPS):
            done.append(hand.work())
            if hand.chance.random() < 0.3:
                # Cut off wherever it is; another process does not know.
                builder.start(**place.settings(**hand.settings))
                time.sleep(hand.chance.random() * 0.5)
                builder.kill()
                builder = _builder(place, seed, 3)
                done.append("cut off")
                continue
            builder.build(**place.settings(**hand.settings))
            assert tree(place.output) == place.clean(other, **hand.settings), (seed, done)
        builder.build(**place.settings(**hand.settings))
        assert tree(place.output) == place.clean(other, **hand.settings), (seed, done)
    finally:
        builder.kill()
        place.builder.kill()
