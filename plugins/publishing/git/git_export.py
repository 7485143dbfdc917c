"""Git export: writes some folders of a commit as plain files, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import is_ignored
from plugins.domain.language import _
from plugins.publishing.git.git_repository import File, Repository

MOST_FILES = 10_000
LARGEST_FILE = 32 * 1024 * 1024
LARGEST_ALL = 512 * 1024 * 1024
_LONGEST_NAME = 200
_FILES = ("100644", "100755")
# What a file system or git itself may take for the folder of a repository.
_GIT = re.compile(r"\.git[ .]*|git~[0-9]+", re.IGNORECASE)


def export(
    repository: Repository, commit: str, into: Path, *paths: str, suffixes: tuple[str, ...] = ()
) -> tuple[Fault, ...]:
    """Write what a commit has below some paths into a new folder, and return what was left out and why.

    What systems and editors leave behind stays there untold.
    Only plain files are written, below the folder, readable by all and executable by none; with
    `suffixes` those alone whose names end so. Raises OSError.
    """
    files = [
        one
        for one in repository.files(commit, *paths)
        if not _is_left_out(one) and (not suffixes or one.path.decode(errors="replace").endswith(suffixes))
    ]
    total = sum(file.size for file in files)
    if len(files) > MOST_FILES or total > LARGEST_ALL:
        what = _(
            "Sono %(files)s file, %(size)s MB: il massimo è %(most)s file, %(largest)s MB. "
            "Togli quel che non serve al sito.",
            files=len(files),
            size=total // 2**20,
            most=MOST_FILES,
            largest=LARGEST_ALL // 2**20,
        )
        return (Fault(Path(paths[0]), 1, what),)
    faults = [fault for fault in map(_fault, files) if fault]
    unfit = {fault.path for fault in faults}
    into.mkdir()
    fit = [file for file in files if _shown(file) not in unfit]
    for file, content in repository.contents(fit):
        _write(into / _shown(file), content)
    return tuple(faults)


def _is_left_out(file: File) -> bool:
    """Whether a file is of those that no build looks at; what might pass for a repository is told nonetheless."""
    parts = file.path.decode(errors="replace").split("/")
    return is_ignored(PurePath(*parts)) and not any(map(_is_git, parts))


def contents_of(faults: Sequence[Fault]) -> list[str]:
    """The faults as lines of text, without what a terminal would obey."""
    return [plain(str(fault)) for fault in faults]


def plain(text: str) -> str:
    """A text on one line, each character that is not shown replaced."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _shown(file: File) -> Path:
    return Path(file.path.decode("utf-8", "replace"))


def _fault(file: File) -> Fault | None:
    if file.mode == "120000":
        what = _("È un collegamento simbolico. Mettici il file vero e proprio.")
    elif file.mode not in _FILES:
        what = _("È un altro repository dentro il tuo. Mettici i file veri e propri.")
    elif not _is_fit(file.path):
        what = _("Il nome non va bene. Usa lettere, cifre, punti e trattini. Esempio: la-mia-scrivania.jpg")
    elif file.size > LARGEST_FILE:
        what = _(
            "Il file è di %(size)s MB, il massimo è %(largest)s. Riducilo o toglilo.",
            size=file.size // 2**20,
            largest=LARGEST_FILE // 2**20,
        )
    else:
        return None
    return Fault(_shown(file), 1, what)


def _is_fit(path: bytes) -> bool:
    try:
        text = path.decode("utf-8")
    except UnicodeDecodeError:
        return False
    parts = text.split("/")
    dull = text.isprintable() and "\\" not in text
    return dull and not any(_is_git(part) or len(part.encode()) > _LONGEST_NAME for part in parts)


def _is_git(part: str) -> bool:
    """Whether a name leads elsewhere, or may be taken for the folder of a repository."""
    return part in ("", ".", "..") or _GIT.fullmatch(part) is not None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # A tree that names a file twice, which git refuses, would fail here and not write over it.
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(opened, "wb") as writing:
        writing.write(content)
