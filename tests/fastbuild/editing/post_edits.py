"""What is done with posts: written, labelled, dated, renamed, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fastbuild.editing.editor import Editor

# Few, so that a label's first and last post come and go.
_TAGS = ("", "[altro, mio]", "[mio]", "[raro]", "[raro, altro]", "[Uno solo]")
_CATEGORIES = ("Mestiere", "Tempo", "Soltanto qui")


class PostEdits:
    """Edits of posts; the first one is there always, for other pages lead to it."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._chance, self._post = editor, editor.chance, editor.post

    def edits(self) -> Mapping[Callable[[], None], int]:
        """Each, and how often it is done."""
        light = {self._text: 4, self._title: 3, self._summary: 2, self._modified: 1}
        lists = {self._tags: 3, self._category: 2, self._date: 3, self._status: 2, self._service: 2, self._slug: 1}
        files = {self._new: 4, self._delete: 3, self._rename: 2, self._move: 2, self._swap: 1}
        return {**light, **lists, **files, self._link: 1, self._touch: 1}

    def _file(self, number: int) -> Path:
        return self._editor.place.post(number)

    def _other(self) -> Path:
        """A post that may go; the first one, which may not, where there is no other."""
        others = sorted(set(self._editor.texts(self._editor.place.content / "blog", "*.md")) - {self._file(0)})
        return self._chance.choice(others) if others else self._file(0)

    def _text(self) -> None:
        parts = ["\n\n", self._editor.words(), " ", self._editor.marked(), "\n"]
        heading = f"\n## {self._editor.words()}\n" if self._chance.random() < 0.3 else ""
        self._editor.add(self._post(), "".join(parts) * self._chance.choice((1, 1, 40)) + heading)

    def _title(self) -> None:
        self._editor.set_key(self._post(), "title", f'"{self._editor.words()} & <{self._chance.randint(0, 9)}>"')

    def _summary(self) -> None:
        self._editor.set_key(self._post(), "summary", self._chance.choice(("", f'"{self._editor.words()}."')))

    def _modified(self) -> None:
        self._editor.set_key(self._post(), "modified", self._chance.choice((None, self._editor.day())))

    def _tags(self) -> None:
        self._editor.set_key(self._post(), "tags", self._chance.choice(_TAGS))

    def _category(self) -> None:
        self._editor.set_key(self._post(), "category", self._chance.choice(_CATEGORIES))

    def _date(self) -> None:
        self._editor.set_key(self._post(), "date", self._editor.day())

    def _status(self) -> None:
        self._editor.set_key(self._post(), "status", self._chance.choice(("draft", "hidden", "published")))

    def _service(self) -> None:
        named = self._editor.texts(self._editor.place.content / "services", "*/[!i]*.md")
        kept = [one.stem for one in named if not one.stem.startswith("prova")]
        self._editor.set_key(self._post(), "service", self._chance.choice((None, *kept)))

    def _slug(self) -> None:
        self._editor.set_key(self._post(), "slug", self._chance.choice((None, f"altrove-{self._editor.fresh()}")))

    def _new(self) -> None:
        """A post like another one, of the same day or of another, waiting for its day or not."""
        file = self._file(self._editor.fresh())
        source = self._post()
        self._editor.put(file, source.read_bytes())
        self._editor.set_key(file, "slug", None)
        self._editor.set_key(file, "aliases", None)
        if self._chance.random() < 0.7:
            self._editor.set_key(file, "title", self._editor.words())
            self._editor.set_key(file, "date", self._editor.day())
            self._editor.set_key(file, "tags", self._chance.choice(_TAGS))

    def _delete(self) -> None:
        if (file := self._other()) != self._file(0):
            self._editor.remove(file)
            self._editor.replace_everywhere(rf"\n.*{file.name}.*", "")

    def _rename(self) -> None:
        if (file := self._other()) != self._file(0):
            self._rename_to(file, self._file(self._editor.fresh()))

    def _move(self) -> None:
        """Another name, and its old address leads to it."""
        file, other = self._other(), self._file(self._editor.fresh())
        if file != self._file(0) and "\nslug:" not in file.read_text(encoding="utf-8"):
            self._rename_to(file, other)
            self._editor.set_key(other, "aliases", f"[/blog/{file.stem}/]")

    def _rename_to(self, file: Path, other: Path) -> None:
        self._editor.rename(file, other)
        self._editor.replace_everywhere(re.escape(file.name), other.name)

    def _swap(self) -> None:
        """Two posts take each other's names."""
        file, other = self._post(), self._post()
        texts = file.read_bytes(), other.read_bytes()
        if file != other and b"\naliases:" not in texts[0] + texts[1]:
            self._editor.put(file, texts[1])
            self._editor.put(other, texts[0])

    def _link(self) -> None:
        """A link to a post, which goes with it."""
        self._editor.add(self._post(), f"\n[Leggi]({{filename}}{self._post().name})\n")

    def _touch(self) -> None:
        file = self._post()
        self._editor.put(file, file.read_bytes())
