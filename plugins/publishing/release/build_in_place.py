"""Build in place: brings a workshop's site up to date from push to push, and copies it into each release.

A build in the folder of the one before makes only what has changed. With the least doubt about what lies there, it is
thrown away and all is built from nothing.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from plugins.content.output_folder import MARK, names_in, record_of
from plugins.publishing.release.disk_full import is_full

# Of content, site and memory: builds the site, and returns its address.
Build = Callable[[Path, Path, Path], str]
_WHOLE = "whole.json"
_MEMORY = re.compile(r"memory-[0-9a-f]{16}")
_RECORDS = ("written", "theme", "index", "packed")
# Written by the last steps of a build without being told.
_UNTOLD = {MARK, "_headers"}
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Workshop:
    """Workshop: what builds of one version of the code are made in, one after the other, while they hold the turn.

    A note in it tells that the last one came to its end. It is taken away before anything is touched.
    """

    def __init__(self, folder: Path, code: Path) -> None:
        self._folder, self._note = folder, folder / _WHOLE
        self.content, self.site = folder / "content", folder / "site"
        # After a power cut nobody knows which bytes have come to the disk.
        boot = _BOOT.read_text(encoding="ascii").strip() if _BOOT.exists() else ""
        self._made_by = [str(folder), str(code), boot]
        self.memory = self._kept_memory()

    @property
    def is_kept(self) -> bool:
        """Whether there is something to go on from."""
        return self.memory.is_dir()

    def _kept_memory(self) -> Path:
        """What the last build remembers: named by chance, so that nothing that is pushed can aim at it."""
        try:
            note = json.loads(self._note.read_bytes())
            memory, made_by = self._folder / note["memory"], note["made_by"]
        except (OSError, ValueError, KeyError, TypeError):
            memory, made_by = self._new_memory(), []
        folders = (self.content, self.site, memory)
        is_plain = made_by == self._made_by and all(one.is_dir() and not one.is_symlink() for one in folders)
        return memory if is_plain else self._new_memory()

    def _new_memory(self) -> Path:
        return self._folder / f"memory-{secrets.token_hex(8)}"

    def begin_anew(self) -> None:
        """Throw away all that is ours of what is there."""
        self._folder.mkdir(exist_ok=True)
        for path in self._folder.iterdir():
            if path in (self.content, self.site, self._note) or _MEMORY.fullmatch(path.name):
                _remove(path)
        self.memory = self._new_memory()

    def begin(self, content: Path) -> None:
        """Bring in a content. Until `end` it is not whole."""
        self._note.unlink(missing_ok=True)
        _mirror(content, self.content)

    def end(self) -> None:
        """Note that it is whole."""
        note = json.dumps({"made_by": self._made_by, "memory": self.memory.name})
        self._note.write_text(note, encoding="utf-8")

    def is_as_recorded(self) -> bool:
        """Whether the files of the site are those that its builds have told of, all of them and no others."""
        told = set(_UNTOLD).union(*(names_in(record_of(self.memory, kind, self.site)) for kind in _RECORDS))
        found = set()
        for folder, folders, names in os.walk(self.site):
            place = os.path.relpath(folder, self.site)
            found |= {name if place == "." else f"{place}/{name}" for name in names}
            if any(os.path.islink(os.path.join(folder, name)) for name in (*folders, *names)):
                return False
        return found == told


def build_in_place(workshop: Workshop, content: Path, site: Path, before: Path | None, build: Build) -> str:
    """Build the site of a content into a new folder by way of a workshop, and return its address.

    Files that `before`, the site of another release, has just so are shared with it.
    """
    address = _brought_up_to_date(workshop, content, build) if workshop.is_kept else None
    if address is None:
        workshop.begin_anew()
        workshop.begin(content)
        address = build(workshop.content, workshop.site, workshop.memory)
    _copy(str(workshop.site), str(site), str(before) if before else None)
    workshop.end()
    return address


def _brought_up_to_date(workshop: Workshop, content: Path, build: Build) -> str | None:
    """Build where the last build ended, and return the site's address; None where that leaves a doubt."""
    try:
        workshop.begin(content)
        address = build(workshop.content, workshop.site, workshop.memory)
    except (Exception, SystemExit) as error:  # what a build says of a folder that is not safe ends it
        if is_full(error):
            raise
        return None
    return address if workshop.is_as_recorded() else None


def _mirror(source: Path, target: Path) -> None:
    """Make a folder hold what another does; what is there byte for byte stays as it is."""
    target.mkdir(exist_ok=True)
    wanted = {entry.name: entry for entry in os.scandir(source)}
    for entry in os.scandir(target):
        other = wanted.get(entry.name)
        if other is None or entry.is_symlink() or entry.is_dir() != other.is_dir():
            _remove(Path(entry.path))
    for name, entry in wanted.items():
        place = target / name
        if entry.is_dir():
            _mirror(Path(entry.path), place)
        elif not place.is_file() or not filecmp.cmp(entry.path, place, shallow=False):
            # A new file: what is remembered of the old one holds for that alone.
            place.unlink(missing_ok=True)
            shutil.copyfile(entry.path, place)


def _copy(source: str, target: str, before: str | None) -> None:
    """Copy the files of a site into a new folder; those that a sealed release has already are shared with that.

    Never with the workshop: the next build writes there.
    """
    os.mkdir(target)
    for entry in os.scandir(source):
        place, other = f"{target}/{entry.name}", f"{before}/{entry.name}" if before else None
        if entry.is_dir(follow_symlinks=False):
            _copy(entry.path, place, other)
        elif not other or not _shared(entry, other, place):
            shutil.copyfile(entry.path, place, follow_symlinks=False)
            told = entry.stat(follow_symlinks=False)
            os.utime(place, ns=(told.st_atime_ns, told.st_mtime_ns))


def _shared(entry: os.DirEntry[str], other: str, place: str) -> bool:
    """Share a file with a release that has it just so: of that size and of the very nanosecond."""
    try:
        known, told = os.lstat(other), entry.stat(follow_symlinks=False)
        if (known.st_mode, known.st_size, known.st_mtime_ns) != (told.st_mode, told.st_size, told.st_mtime_ns):
            return False
        os.link(other, place, follow_symlinks=False)
    except OSError:
        return False  # not there, or of a file system that shares no files
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
