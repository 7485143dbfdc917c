"""Edits by chance of whoever's Pelican site: Markdown and reST posts, templates, static files, what was built."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

_TEXTS = (".md", ".markdown", ".mkd", ".rst")
_IMAGES = (".png", ".jpg", ".svg", ".css", ".txt")


class PlainEdits:
    """Edits of a site's content and theme, and of what was built of them."""

    def __init__(self, content: Path, theme: Path, output: Path, chance: random.Random) -> None:
        self._content, self._theme, self._output, self._chance = content, theme, output, chance
        self._before: list[tuple[Path, bytes | None]] = []
        self._fresh = 0

    def work(self) -> str:
        """Do one thing, and return what."""
        doings: tuple[Callable[[], Path | None], ...] = (
            *(self._text, self._key, self._key, self._new, self._delete, self._rename),
            *(self._template, self._static, self._spoil, self._nothing),
        )
        self._before = []
        doing = self._chance.choice(doings)
        file = doing()
        return f"{doing.__name__.strip('_')}{f' {file.name}' if file else ''}"

    def undo(self) -> None:
        """Take back what was done last."""
        for file, content in reversed(self._before):
            self._write(file, content)

    def _texts(self) -> list[Path]:
        return sorted(path for path in self._content.rglob("*") if path.suffix in _TEXTS and path.is_file())

    def _text(self) -> Path:
        file = self._chance.choice(self._texts())
        self._put(file, file.read_bytes() + b"\n\nOne more *paragraph*, about **nothing**.\n")
        return file

    def _key(self) -> Path:
        """Another value for a line of the head."""
        file = self._chance.choice(self._texts())
        key, value = self._chance.choice(
            (("tags", "one, other"), ("category", "Another"), ("date", "2019-02-03 04:05"), ("status", "draft"))
        )
        self._put(
            file,
            self._with_key(self._read(file), key, value, is_rst=file.suffix == ".rst").encode(
                "utf-8", "surrogateescape"
            ),
        )
        return file

    def _new(self) -> Path:
        source = self._chance.choice(self._texts())
        self._fresh += 1
        is_rst = source.suffix == ".rst"
        text = self._with_key(self._read(source), "slug", f"one-more-{self._fresh}", is_rst=is_rst)
        file = source.with_name(f"one-more-{self._fresh}{source.suffix}")
        self._put(file, text.encode("utf-8", "surrogateescape"))
        return file

    def _delete(self) -> Path:
        file = self._chance.choice(self._texts())
        self._put(file, None)
        return file

    def _rename(self) -> Path:
        file = self._chance.choice(self._texts())
        self._fresh += 1
        self._put(file.with_name(f"renamed-{self._fresh}{file.suffix}"), file.read_bytes())
        self._put(file, None)
        return file

    def _template(self) -> Path | None:
        files = sorted(self._theme.rglob("*.html"))
        if not files:
            return self._text()
        file = self._chance.choice(files)
        self._put(file, file.read_bytes() + b"<!-- one more -->\n")
        return file

    def _static(self) -> Path | None:
        files = sorted(path for path in self._content.rglob("*") if path.suffix in _IMAGES and path.is_file())
        if not files:
            return None
        file = self._chance.choice(files)
        self._put(file, file.read_bytes() + b"\n")
        return file

    def _spoil(self) -> Path:
        """Somebody meddles with what was built; with Pelican alone the page is written anew."""
        file = self._chance.choice(sorted(self._output.rglob("index.html")) or sorted(self._output.rglob("*.html")))
        file.write_text("spoilt", encoding="utf-8")
        return file

    def _nothing(self) -> None:
        return None

    def _read(self, file: Path) -> str:
        return file.read_text(encoding="utf-8", errors="surrogateescape")

    def _with_key(self, text: str, key: str, value: str, *, is_rst: bool) -> str:
        """Give a key of a head, as Markdown or reST has it, another value; add it where it is not."""
        line = f":{key}: {value}" if is_rst else f"{key.title()}: {value}"
        pattern = re.compile(rf"^:{key}:.*$" if is_rst else rf"^{key}:.*$", re.M | re.I)
        if pattern.search(text):
            return pattern.sub(line, text, count=1)
        if is_rst:
            return re.sub(r"^:\w+:.*$", lambda found: f"{found[0]}\n{line}", text, count=1, flags=re.M)
        return text.replace("---\n", f"---\n{line}\n", 1) if text.startswith("---\n") else f"{line}\n{text}"

    def _put(self, file: Path, content: bytes | None) -> None:
        self._before.append((file, file.read_bytes() if file.exists() else None))
        self._write(file, content)

    def _write(self, file: Path, content: bytes | None) -> None:
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(content)
