"""Output folder of a build: refuses unsafe ones, marks ours, removes files safely.

A file is removed only where a manifest of ours names it, below a folder that bears our mark, and never through a link.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from blinker import Signal

MARK = ".maglia-output"
_WORDS = (
    "Made by the build of a Maglia site, which removes from this folder what an earlier build wrote and the site no "
    "longer has. Where this file is missing it removes nothing.\n"
)
# Those of the sources that may have links.
_FILLED_BY_HAND = frozenset({"content", "theme"})
_BARE_REPOSITORY = ("HEAD", "objects", "refs")


class UnsafeOutputError(Exception):
    """A folder that must not be built into; says which, why and what to do, in English."""


def check_output(
    output: Path, sources: Mapping[str, Path], retained: Collection[str] = (), links_allowed: bool = False
) -> None:
    """Refuse an output folder where a build could harm what it did not write. Raises UnsafeOutputError.

    `sources` are the folders it must neither hold, nor equal, nor lie in, by what they are called; `retained` the names
    at its top that the settings keep (`OUTPUT_RETENTION`); `links_allowed` where static files are links on purpose.
    """
    with contextlib.suppress(RuntimeError):  # who builds has no home
        _refuse_around(output, "home folder", Path.home())
    for name, source in sources.items():
        _refuse_around(output, name, source)
        if _lies_in(output, source):
            raise _unsafe(output, f"it lies in the {name} ({source})")
    whole = Path(os.path.realpath(output))
    if whole.exists() and not whole.is_dir():
        raise _unsafe(output, "it is no folder")
    for name in _FILLED_BY_HAND & sources.keys():
        # What a link of theirs leads to is theirs as well, and may be there alone.
        for link, target in _links_of(sources[name]):
            if _same(target, whole) or _lies_in(target, whole) or _lies_in(whole, target):
                raise _unsafe(output, f"{link} is a link of the {name} that leads to {target}", "or remove the link")
    if any(folder.name == ".git" or _is_bare(folder) for folder in (whole, *whole.parents)):
        raise _unsafe(output, "it lies in the repository of git")
    for entry in _below(whole):
        if entry.name == ".git" and os.path.relpath(entry.path, whole) not in retained:
            raise _unsafe(output, f"it holds a repository of git, {entry.path}", "or name .git in OUTPUT_RETENTION")
        if entry.is_symlink():
            target = Path(os.path.realpath(entry.path))
            if not (target.is_relative_to(whole) or (links_allowed and target.is_file())):
                raise _unsafe(output, f"{entry.path} is a link that leads out of it to {target}", "or remove the link")


def check_cache(cache: Path, sources: Mapping[str, Path]) -> None:
    """Refuse a cache that would be filled among what somebody has written. Raises UnsafeOutputError."""
    for name, source in sources.items():
        if _same(cache, source) or _lies_in(cache, source):
            raise UnsafeOutputError(
                f"The cache {cache} lies in the {name} ({source}): name another folder in CACHE_PATH."
            )


def leads_out(name: str) -> bool:
    """Whether a name that is to lie below the output leads out of it."""
    return os.path.isabs(name) or os.path.normpath(name).split(os.sep, 1)[0] == os.pardir


def _refuse_around(output: Path, name: str, source: Path) -> None:
    if _same(output, source):
        raise _unsafe(output, f"it is the {name}")
    if _lies_in(source, output):
        raise _unsafe(output, f"it holds the {name} ({source})")


def unlink_copies(output: Path) -> None:
    """Give files of an output folder that share their bytes with others (hard links) bytes of their own.

    Pelican writes a file in place: what a backup or the content shares with it would change as well.
    """
    for entry in _below(Path(os.path.realpath(output))):
        if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_nlink > 1:
            part = f"{entry.path}.{os.getpid()}.part"
            shutil.copy2(entry.path, part)
            os.replace(part, entry.path)


def mark(output: Path) -> bool:
    """Make an output folder and mark it as ours; whether it was marked already. Raises OSError."""
    file = output / MARK
    if file.is_file() and not file.is_symlink():
        return True
    # Behind a link to what is not there yet as well.
    Path(os.path.realpath(output)).mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), file.open("x", encoding="utf-8") as opened:
        opened.write(_WORDS)
    return False


def record_of(cache: Path, kind: str, output: Path) -> Path:
    """The file of the cache that keeps what is known of an output folder, such as a manifest."""
    return cache / f"{kind}-{_digest(output)}.txt"


def forget_records(cache: Path, output: Path) -> bool:
    """Remove the records of an output folder that is not the one they were made of; whether there were any."""
    records = list(cache.glob(f"*-{_digest(output)}.*"))
    for record in records:
        record.unlink(missing_ok=True)
    return bool(records)


def names_in(record: Path) -> set[str]:
    """The names that a manifest holds; none where there is none. Raises OSError."""
    if not record.exists():
        return set()
    # A machine that lost power may have kept the name of a file and not its bytes.
    text = record.read_bytes().decode(errors="surrogateescape")
    return {line for line in text.split("\n") if line and "\0" not in line}


def add_names(record: Path, names: Iterable[str]) -> None:
    """Append names to a manifest. Raises OSError."""
    record.parent.mkdir(parents=True, exist_ok=True)
    with record.open("ab") as opened:
        opened.write(_lines(names))


def save_names(record: Path, names: Iterable[str]) -> None:
    """Write a manifest, whole or not at all. Raises OSError."""
    record.parent.mkdir(parents=True, exist_ok=True)
    part = record.with_name(f"{record.name}.{os.getpid()}")
    part.write_bytes(_lines(names))
    part.replace(record)


def remove(output: Path, names: Iterable[str]) -> None:
    """Remove files of an output folder that a manifest names, with the folders they leave empty.

    Names are relative, with slashes. Nothing goes where the folder is not marked, nothing outside or behind a link.
    """
    if not (output / MARK).is_file():
        return
    whole = os.path.realpath(output)
    for name in names:
        file = os.path.join(whole, name)
        folder = os.path.dirname(file)
        if name == MARK or not file.startswith(whole + os.sep) or os.path.normpath(file) != file:
            continue
        if os.path.realpath(folder) != folder or not os.path.isdir(folder):
            continue
        with os.scandir(folder) as entries:
            # With what a build that was cut off left half written of it.
            parts = re.compile(rf"{re.escape(os.path.basename(file))}(?:\.\d+\.part)?")
            found = [one.path for one in entries if parts.fullmatch(one.name) and not one.is_dir(follow_symlinks=False)]
        for path in found:
            os.unlink(path)
        _remove_empty(folder, whole)


def _lines(names: Iterable[str]) -> bytes:
    # A name that is two lines would be two other names; its file stays when its content goes.
    return "".join(f"{name}\n" for name in sorted(names) if "\n" not in name).encode(errors="surrogateescape")


def _remove_empty(folder: str, top: str) -> None:
    while folder != top:
        try:
            os.rmdir(folder)
        except OSError:
            return  # there is more in it
        folder = os.path.dirname(folder)


def are_within(output: str, paths: Iterable[str]) -> bool:
    """Whether files below an output folder really lie there, each folder on their ways looked at once."""
    top = os.path.abspath(output)
    looked = {top}
    for folder in {os.path.dirname(path) for path in paths}:
        while folder not in looked and len(folder) > len(top):
            if os.path.islink(folder):
                return False
            looked.add(folder)
            folder = os.path.dirname(folder)
    return True


def _below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All entries of a folder and of those in it; links are not followed."""
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                found = list(entries)
        except (FileNotFoundError, NotADirectoryError):
            continue
        yield from found
        waiting += [entry.path for entry in found if entry.is_dir(follow_symlinks=False) and entry.name != ".git"]


def _links_of(source: Path) -> Iterator[tuple[str, Path]]:
    """The links of a folder and of the folders that these lead to, each with what it leads to; each folder once."""
    waiting, looked = [Path(os.path.realpath(source))], set[Path]()
    while waiting:
        folder = waiting.pop()
        looked.add(folder)
        for entry in _below(folder):
            if entry.is_symlink():
                target = Path(os.path.realpath(entry.path))
                yield entry.path, target
                if target not in looked and target.is_dir():
                    waiting.append(target)


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def _lies_in(inner: Path, outer: Path) -> bool:
    # By what the folders are and not by their letters alone: some file systems know one by several names.
    return any(_same(folder, outer) for folder in Path(os.path.realpath(inner)).parents)


def _is_bare(folder: Path) -> bool:
    return all((folder / name).exists() for name in _BARE_REPOSITORY)


def _unsafe(output: Path, why: str, instead: str = "") -> UnsafeOutputError:
    remedy = f"name another folder with -o or OUTPUT_PATH{', ' if instead else ''}{instead}"
    return UnsafeOutputError(f"{output} cannot be built into: {why}. Nothing was changed; {remedy}.")


def _digest(output: Path) -> str:
    return hashlib.sha256(os.path.realpath(output).encode()).hexdigest()[:16]


announced = Signal("The sender is the folder of the site, as a text; `paths` are the files to be written below it.")
