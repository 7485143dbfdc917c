"""An editor who works on a site by chance: whoever draws by the same seed does the same."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

from tests.fastbuild.conftest import Place

_WORDS = ("posta", "tempo", "conti", "è già", "l’ora", "<b>forte</b>", "`codice`", "perché", "{% raw %}")
# Those that stand in a key of a front matter as they do in a text.
_PLAIN = _WORDS[:4]
_TRANSLATION = ".en.md"


def _translation_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}{_TRANSLATION}")


class Editor:
    """Writes and removes files below a site's folder, and remembers what the last edit has written over."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.settings: dict[str, Any] = {"TODAY": "2026-11-20"}
        self._fresh, self._before = 100, list[tuple[Path, bytes | None]]()

    def begin(self) -> None:
        """Begin an edit: that is what `undo` takes back."""
        self._before = []

    def undo(self) -> None:
        """Leave each file of the last edit as it was before."""
        before, self._before = self._before[::-1], []
        for file, content in before:
            self._write(file, content)

    def fresh(self) -> int:
        """A number that no name has had yet."""
        self._fresh += 1
        return self._fresh

    def put(self, file: Path, content: str | bytes) -> None:
        """Write a file."""
        self._change(file, content.encode("utf-8") if isinstance(content, str) else content)

    def remove(self, file: Path) -> None:
        """Remove a file, and the translation of what is no more."""
        for one in (file, _translation_of(file)):
            if one.exists():
                self._change(one, None)

    def rename(self, file: Path, other: Path) -> None:
        """Give a file and its translation another name; their bytes stay."""
        pairs = ((file, other), (_translation_of(file), _translation_of(other)))
        for one, there in [(one, there) for one, there in pairs if one.exists()]:
            self.put(there, one.read_bytes())
            self._change(one, None)

    def add(self, file: Path, words: str) -> None:
        """Write something at the end of a file."""
        self.put(file, file.read_text(encoding="utf-8") + words)

    def replace_everywhere(self, pattern: str, other: str) -> None:
        """Put other words in the place of those that a pattern finds, in whatever text of the site."""
        for file in sorted(self.place.content.rglob("*.md")):
            text = file.read_text(encoding="utf-8")
            if (after := re.sub(pattern, other, text)) != text:
                self.put(file, after)

    def set_key(self, file: Path, key: str, value: str | None) -> None:
        """Give a key of a file's head, one that has one line, another value; None takes it away."""
        lines = file.read_text(encoding="utf-8").split("\n")
        end = lines.index("---", 1)
        head = [line for line in lines[1:end] if not line.startswith(f"{key}:")]
        said = [] if value is None else [f"{key}: {value}"]
        self.put(file, "\n".join(["---", *head, *said, *lines[end:]]))

    def words(self) -> str:
        """Some words for a key."""
        return " ".join(self.chance.choices(_PLAIN, k=3))

    def marked(self) -> str:
        """Some words for a text, those among them that mean something to Markdown, HTML or Jinja."""
        return " ".join(self.chance.choices(_WORDS, k=2))

    def day(self) -> str:
        """A day of the months around the one in which the newest posts are."""
        return f"2026-1{self.chance.randint(0, 2)}-{self.chance.randint(1, 28):02}"

    def one_of(self, folder: Path, pattern: str) -> Path:
        """One of the files that are there, translations apart."""
        return self.chance.choice(self.texts(folder, pattern))

    def texts(self, folder: Path, pattern: str) -> list[Path]:
        """The files that are there, translations apart."""
        return sorted(file for file in folder.glob(pattern) if not file.name.endswith(_TRANSLATION))

    def post(self) -> Path:
        """One of the posts."""
        return self.one_of(self.place.content / "blog", "*.md")

    def _change(self, file: Path, content: bytes | None) -> None:
        self._before.append((file, file.read_bytes() if file.exists() else None))
        self._write(file, content)

    def _write(self, file: Path, content: bytes | None) -> None:
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
