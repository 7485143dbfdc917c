"""What an earlier build wrote and this one did not is taken away: a deleted post does not stay online."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pelican import Pelican
from pelican.generators import StaticGenerator


class Written:
    """The files of a run; only what we remember having written is ever removed, whatever else lies in the folder."""

    def __init__(self) -> None:
        self._files: set[Path] = set()

    def add(self, path: str, **_context: object) -> None:
        """Note a page or a feed."""
        self._files.add(Path(path).resolve())

    def add_static(self, generator: StaticGenerator) -> None:
        """Note the files that are copied as they are."""
        output = Path(generator.output_path).resolve()
        self._files |= {output / file.save_as for file in generator.staticfiles}

    def prune(self, pelican: Pelican) -> None:
        """Remove what the run before wrote and this one did not, and remember this one."""
        output = Path(pelican.output_path).resolve()
        manifest = Path(pelican.settings["CACHE_PATH"]) / f"written-{_digest(output)}.txt"
        now = {path.relative_to(output).as_posix() for path in self._files if path.is_relative_to(output)}
        before = manifest.read_text(encoding="utf-8").splitlines() if manifest.exists() else []
        for name in sorted(set(before) - now):
            stale = output / name
            stale.unlink(missing_ok=True)
            _remove_empty(stale.parents, output)
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text("\n".join(sorted(now)) + "\n", encoding="utf-8")
        self._files.clear()


def _digest(output: Path) -> str:
    return hashlib.sha256(str(output).encode()).hexdigest()[:16]


def _remove_empty(folders: Iterable[Path], output: Path) -> None:
    for folder in folders:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
