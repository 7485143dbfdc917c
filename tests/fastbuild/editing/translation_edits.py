"""What is done with translations: begun, written, told again, left a draft, taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fastbuild.editing.editor import Editor

_PATTERNS = ("blog/*.md", "pages/*.md", "services/*/*.md", "testimonials/*.md")


class TranslationEdits:
    """Edits of texts beside their originals; without a translated home page the site has one language."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._chance = editor, editor.chance
        self._content = editor.place.content

    def edits(self) -> Mapping[Callable[[], None], int]:
        """Each, and how often it is done."""
        return {self._home: 3, self._translate: 8, self._retell: 3, self._draft: 1, self._drop: 3}

    def _translated(self) -> list[Path]:
        return sorted(self._content.glob("*/**/*.en.md"))

    def _home(self) -> None:
        """The language begins, or ends."""
        file = self._content / "pages" / "home.en.md"
        if file.exists():
            self._editor.remove(file)
        else:
            self._write(file)

    def _translate(self) -> None:
        original = self._editor.one_of(self._content, self._chance.choice(_PATTERNS))
        self._write(original.with_name(f"{original.stem}.en.md"))

    def _write(self, file: Path) -> None:
        slug = f"slug: text-{self._editor.fresh()}\n" if self._chance.random() < 0.5 and "home" not in file.name else ""
        if file.parent.name == "testimonials":
            # Plain text: a mark in it is a fault.
            self._editor.put(file, f"---\nwho: Ann, baker\n---\nWords, {self._editor.words()}.\n")
            return
        said = f"title: {self._editor.words()}\n{slug}"
        self._editor.put(file, f"---\n{said}---\nWords, {self._editor.marked()}.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    def _retell(self) -> None:
        if found := [one for one in self._translated() if one.parent.name != "testimonials"]:
            self._editor.set_key(self._chance.choice(found), "title", self._editor.words())

    def _draft(self) -> None:
        if found := sorted((self._content / "blog").glob("*.en.md")):
            self._editor.set_key(self._chance.choice(found), "status", self._chance.choice(("draft", "published")))

    def _drop(self) -> None:
        if found := self._translated():
            self._editor.remove(self._chance.choice(found))
