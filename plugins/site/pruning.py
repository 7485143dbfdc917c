"""What an earlier build wrote and this one did not is taken away: a deleted post does not stay online."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import StaticGenerator


class Written:
    """The files of a run; only what we remember having written is ever removed, whatever else lies in the folder.

    What is new is noted before it is written: a build may be cut off, and the next one have no use for it.
    """

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._caches: dict[str, Path] = {}
        self._known: dict[str, set[str]] = {}

    def begin(self, pelican: Pelican) -> None:
        """Know where to remember what is written into a folder."""
        self._caches[os.path.abspath(pelican.output_path)] = Path(pelican.settings["CACHE_PATH"])

    def expect(self, output: str, paths: Iterable[str]) -> None:
        """Note files that are about to be written."""
        folder = os.path.abspath(output)
        if folder not in self._caches:
            return
        manifest, begun = _remembered(self._caches[folder], folder)
        if folder not in self._known:
            self._known[folder] = _lines(manifest)
        if new := sorted(set(_names(paths, folder)) - self._known[folder]):
            self._known[folder].update(new)
            begun.parent.mkdir(parents=True, exist_ok=True)
            with begun.open("a", encoding="utf-8") as opened:
                opened.write("".join(f"{name}\n" for name in new))

    def add(self, path: str, **_context: object) -> None:
        """Note a page or a feed."""
        self._files.add(path)

    def add_static(self, generator: StaticGenerator) -> None:
        """Note the files that are copied as they are."""
        files = {os.path.join(generator.output_path, file.save_as) for file in generator.staticfiles}
        self.expect(generator.output_path, files)
        self._files |= files

    def prune(self, pelican: Pelican) -> None:
        """Remove what runs before wrote or began to write and this one did not, and remember this one."""
        output = Path(pelican.output_path)
        folder = os.path.abspath(output)
        manifest, begun = _remembered(Path(pelican.settings["CACHE_PATH"]), folder)
        now = set(_names(self._files, folder))
        self._files.clear()
        self._known.pop(folder, None)
        before = _lines(manifest)
        for name in sorted((before | _lines(begun)) - now):
            stale = output / name
            stale.unlink(missing_ok=True)
            _remove_empty(stale.parents, output)
        if now != before:
            manifest.parent.mkdir(parents=True, exist_ok=True)
            part = manifest.with_suffix(".part")
            part.write_text("\n".join(sorted(now)) + "\n", encoding="utf-8")
            part.replace(manifest)
        begun.unlink(missing_ok=True)


def _remembered(cache: Path, folder: str) -> tuple[Path, Path]:
    """The files that name what the last whole run wrote, and what has been begun since."""
    digest = hashlib.sha256(os.path.realpath(folder).encode()).hexdigest()[:16]
    return cache / f"written-{digest}.txt", cache / f"begun-{digest}.txt"


def _names(paths: Iterable[str], folder: str) -> Iterator[str]:
    """The names below a folder; by their letters, for asking the file system of each of thousands takes long."""
    inside = f"{folder}{os.sep}"
    for path in paths:
        whole = path if path.startswith(inside) and ".." not in path else os.path.abspath(path)
        if whole.startswith(inside):
            yield whole.removeprefix(inside).replace(os.sep, "/")


def _lines(file: Path) -> set[str]:
    if not file.exists():
        return set()
    # A machine that lost power may have kept the name of a file and not its bytes.
    return {line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if "\0" not in line}


def _remove_empty(folders: Iterable[Path], output: Path) -> None:
    for folder in folders:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
