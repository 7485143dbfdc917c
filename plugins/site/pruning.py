"""What an earlier build wrote and this one did not is taken away: a deleted post does not stay online."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from pelican import Pelican
from pelican.generators import StaticGenerator


class Written:
    """The files of a run; only what we remember having written is ever removed, whatever else lies in the folder."""

    def __init__(self) -> None:
        self._files: set[str] = set()

    def add(self, path: str, **_context: object) -> None:
        """Note a page or a feed."""
        self._files.add(path)

    def add_static(self, generator: StaticGenerator) -> None:
        """Note the files that are copied as they are."""
        self._files |= {os.path.join(generator.output_path, file.save_as) for file in generator.staticfiles}

    def prune(self, pelican: Pelican) -> None:
        """Remove what the run before wrote and this one did not, and remember this one."""
        output = Path(pelican.output_path)
        manifest = Path(pelican.settings["CACHE_PATH"]) / f"written-{_digest(output.resolve())}.txt"
        # By their letters: asking the file system for each of many thousand files takes long.
        inside = f"{os.path.abspath(output)}{os.sep}"
        paths = (
            path if path.startswith(inside) and ".." not in path else os.path.abspath(path) for path in self._files
        )
        now = {path.removeprefix(inside).replace(os.sep, "/") for path in paths if path.startswith(inside)}
        self._files.clear()
        before = set(manifest.read_text(encoding="utf-8").splitlines()) if manifest.exists() else set()
        for name in sorted(before - now):
            stale = output / name
            stale.unlink(missing_ok=True)
            _remove_empty(stale.parents, output)
        if now != before:
            manifest.parent.mkdir(parents=True, exist_ok=True)
            manifest.write_text("\n".join(sorted(now)) + "\n", encoding="utf-8")


def _digest(output: Path) -> str:
    return hashlib.sha256(str(output).encode()).hexdigest()[:16]


def _remove_empty(folders: Iterable[Path], output: Path) -> None:
    for folder in folders:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
