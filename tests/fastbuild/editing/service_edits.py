"""What is done with services and areas: priced, explained, added, renamed, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fastbuild.editing.editor import Editor

_PRICES = ("{exact: %d, unit: a prova}", "{from: %d, unit: l’ora}", "{exact: %d}", "{on_request: true}")
# What an edit has added: no post names it, and so it may go.
_ADDED = "prova"


class ServiceEdits:
    """Edits of the catalogue."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._chance = editor, editor.chance
        self._folder = editor.place.content / "services"

    def edits(self) -> Mapping[Callable[[], None], int]:
        """Each, and how often it is done."""
        keys = {self._price: 3, self._title: 2, self._summary: 1, self._order: 1, self._related: 1, self._draft: 1}
        lists = {self._question: 2, self._fewer_questions: 1, self._step: 2, self._fewer_steps: 1}
        files = {self._new: 2, self._delete: 2, self._rename: 1, self._new_area: 1, self._delete_area: 1}
        return {**keys, **lists, **files, self._area: 2, self._rename_area: 1, self._prose: 2}

    def _service(self) -> Path:
        return self._editor.one_of(self._folder, "*/[!i]*.md")

    def _added(self, pattern: str) -> Path | None:
        found = self._editor.texts(self._folder, pattern)
        return self._chance.choice(found) if found else None

    def _price(self) -> None:
        price = self._chance.choice(_PRICES)
        self._editor.set_key(self._service(), "price", price % self._chance.randint(20, 90) if "%d" in price else price)

    def _title(self) -> None:
        self._editor.set_key(self._service(), "title", self._editor.words())

    def _summary(self) -> None:
        self._editor.set_key(self._service(), "summary", f"{self._editor.words()}.")

    def _order(self) -> None:
        self._editor.set_key(self._service(), "order", str(self._chance.randint(0, 40)))

    def _related(self) -> None:
        file, other = self._service(), self._service()
        if file != other and not other.stem.startswith(_ADDED):
            self._editor.set_key(file, "related", f"[{other.stem}]")

    def _draft(self) -> None:
        if not (file := self._added(f"*/{_ADDED}*.md")):
            self._new()
        else:
            self._editor.set_key(file, "status", self._chance.choice(("draft", "hidden", "published")))

    def _question(self) -> None:
        words = self._editor.words()
        self._first_of_list("faq", f"  - question: {words}?\n    answer: {words}.\n")

    def _step(self) -> None:
        self._first_of_list("steps", f"  - {self._editor.words()}.\n")

    def _first_of_list(self, key: str, item: str) -> None:
        file = self._service()
        text = file.read_text(encoding="utf-8")
        if f"\n{key}:\n" in text:
            self._editor.put(file, text.replace(f"\n{key}:\n", f"\n{key}:\n{item}", 1))

    def _fewer_questions(self) -> None:
        self._without_first(r"(\nfaq:\n)  - [^\n]*\n    [^\n]*\n(?=  - )")

    def _fewer_steps(self) -> None:
        self._without_first(r"(\nsteps:\n)  - [^\n]*\n(?=  - )")

    def _without_first(self, pattern: str) -> None:
        file = self._service()
        self._editor.put(file, re.sub(pattern, r"\1", file.read_text(encoding="utf-8"), count=1))

    def _prose(self) -> None:
        self._editor.add(self._editor.one_of(self._folder, "*/*.md"), f"\n{self._editor.words()}\n")

    def _new(self) -> None:
        file = self._service()
        self._editor.put(file.with_name(f"{_ADDED}-{self._editor.fresh()}.md"), file.read_bytes())

    def _delete(self) -> None:
        if file := self._added(f"*/{_ADDED}*.md"):
            self._editor.remove(file)

    def _rename(self) -> None:
        """Another name, wherever it is named."""
        file = self._service()
        other = f"{re.sub(r'-[0-9]+$', '', file.stem)}-{self._editor.fresh()}"
        self._editor.rename(file, file.with_name(f"{other}.md"))
        self._editor.replace_everywhere(rf"\b{file.stem}\b(?!-)", other)

    def _area(self) -> None:
        file = self._editor.one_of(self._folder, "*/index.md")
        key = self._chance.choice(("title", "summary", "path"))
        self._editor.set_key(file, key, self._editor.words())

    def _new_area(self) -> None:
        folder = self._folder / f"{_ADDED}-{self._editor.fresh()}"
        index, service = self._editor.one_of(self._folder, "*/index.md"), self._service()
        self._editor.put(folder / "index.md", index.read_bytes())
        self._editor.put(folder / f"{_ADDED}-{self._editor.fresh()}.md", service.read_bytes())

    def _delete_area(self) -> None:
        if file := self._added(f"{_ADDED}*/index.md"):
            for one in sorted(file.parent.glob("*.md")):
                self._editor.remove(one)

    def _rename_area(self) -> None:
        folder = self._editor.one_of(self._folder, "*/index.md").parent
        other = f"{re.sub(r'-[0-9]+$', '', folder.name)}-{self._editor.fresh()}"
        for one in self._editor.texts(folder, "*.md"):
            self._editor.rename(one, folder.with_name(other) / one.name)
        self._editor.replace_everywhere(rf"(?<=services/){folder.name}(?=/)", other)
