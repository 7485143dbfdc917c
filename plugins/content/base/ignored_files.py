"""Ignored files: what systems and editors leave in folders, and no build looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from pathlib import Path, PurePath

# Names of files and of folders; `IGNORE_FILES` of pelicanconf.py has the same, for the build to leave out what the
# checks do.
IGNORED = (
    ".*",  # hidden: .DS_Store, ._copies of macOS, .gitkeep, Emacs' locks, Vim's swap files, LibreOffice's locks
    "#*#",  # saved by Emacs on its own
    "*~",  # the copy before the last change
    "~$*",  # Word's locks
    "[Tt]humbs.db",
    "ehthumbs.db",
    "[Dd]esktop.ini",
    "Icon\r",  # of a folder, by macOS
    "__MACOSX",  # of its archives
)


_NAME = re.compile("|".join(map(translate, IGNORED)))


def is_ignored(path: PurePath) -> bool:
    """Whether a path below the content's folder has such a name in it; none leads out of that folder."""
    return any(map(_NAME.match, path.parts))


def content_files(root: Path, pattern: str = "**/*") -> Iterator[Path]:
    """The files below a folder that match and are not ignored, relative to it, in no order."""
    for path in root.glob(pattern):
        if not is_ignored(below := path.relative_to(root)) and path.is_file():
            yield below
