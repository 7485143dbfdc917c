"""Translated files: texts beside their originals, `agenda.en.md` beside `agenda.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from plugins.content.base.ignored_files import content_files

_CODE = re.compile(r"\.([a-z]{2,3}(?:-[A-Z]{2})?)$")


def translation_of(root: Path, original: Path, code: str) -> Path | None:
    """The translation of a text into a language, where there is one."""
    path = original.with_name(f"{original.stem}.{code}{original.suffix}")
    return path if (root / path).is_file() else None


def original_of(root: Path, path: Path) -> tuple[Path, str] | None:
    """The original that a file translates, and its language; None of a file that is no translation."""
    if (named := _CODE.search(path.stem)) is None:
        return None
    original = path.with_name(path.stem[: named.start()] + path.suffix)
    return (original, named[1]) if (root / original).is_file() else None


def is_named_as_translation(path: Path) -> bool:
    """Whether a file has the name of a translation, be its original there or not."""
    return _CODE.search(path.stem) is not None


def original_files(root: Path, pattern: str) -> Iterator[Path]:
    """The files below a folder that match and are not ignored, translations not among them."""
    return (path for path in content_files(root, pattern) if original_of(root, path) is None)
