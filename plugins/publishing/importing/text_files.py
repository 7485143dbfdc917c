"""Text files of a source that is not trusted: bounded, inside their folder, decoded with every doubt told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from plugins.content.base.ignored_files import is_ignored
from plugins.publishing.checks.forbidden_files import LARGEST_TEXT
from plugins.publishing.importing.import_records import Kind, OldSite

MOST_FILES = 50_000
# With those for private use that stand for what is kept aside while a text is rewritten.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ud800-\udfff\ue000-\ue01f]")


def files_below(root: Path, suffixes: tuple[str, ...], left_out: frozenset[str] = frozenset()) -> list[Path]:
    """The files below a folder with one of these suffixes, relative to it and in order; links are not followed."""
    found = sorted(path for path in _walk(root, Path(), left_out) if path.suffix.lower() in suffixes)
    return found[:MOST_FILES]


def _walk(root: Path, below: Path, left_out: frozenset[str]) -> Iterator[Path]:
    for entry in os.scandir(root / below):
        path = below / entry.name
        if is_ignored(path) or path.as_posix() in left_out:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, path, left_out)
        elif entry.is_file(follow_symlinks=False):
            yield path


def read_text_file(site: OldSite, root: Path, path: Path) -> str | None:
    """The text of a file; None where it cannot be read. What had to be guessed or left out is told."""
    name = path.as_posix()
    try:
        if (root / path).stat().st_size > LARGEST_TEXT:
            site.tell(
                Kind.UNREAD, name, 1, f"The file is larger than {LARGEST_TEXT // 1024} kB, the most a text may be."
            )
            return None
        raw = (root / path).read_bytes()
    except OSError as error:
        site.tell(Kind.UNREAD, name, 1, f"The file cannot be read: {error.strerror}.")
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        site.tell(Kind.MARKUP, name, line, f"The file is not in UTF-8. It was read as {encoding}: look at its accents.")
        text = raw.decode(encoding, errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return without_controls(site, name, text)


def without_controls(site: OldSite, name: str, text: str, first_line: int = 1) -> str:
    """A text without signs that no page can show; where they stood is told."""
    found = _CONTROLS.search(text)
    if found is None:
        return text
    line = first_line + text.count("\n", 0, found.start())
    site.tell(Kind.MARKUP, name, line, f"A control character ({found[0]!a}) was left out.")
    return _CONTROLS.sub("", text)


def inside(root: Path, path: str) -> Path | None:
    """A file below a folder by its relative path; None where it is none, or a link that leads out."""
    try:
        place = (root / path).resolve()
        return place if place.is_relative_to(root.resolve()) and place.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None
