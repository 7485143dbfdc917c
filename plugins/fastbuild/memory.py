"""What a process that builds again still has of the build before: reading it anew takes longer than most edits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plugins.fastbuild.keeping import load
from plugins.fastbuild.manifest import Manifest
from plugins.fastbuild.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from plugins.fastbuild.restored import Restored


class Memory:
    """The manifest and the site as the last edit left them, good for as long as nobody else has built since."""

    def __init__(self) -> None:
        self._stamp: Stamp | None = None
        self._manifest: Manifest | None = None
        self._restored: Restored | None = None

    def manifest(self, file: Path) -> Manifest | None:
        """The manifest that a file holds: the one in memory where the file is as it was left."""
        if self._manifest is not None and (not file.exists() or stamp_of(str(file)) != self._stamp):
            self.forget()
        if self._manifest is None:
            manifest: Manifest | None = load(file)
            return manifest
        return self._manifest

    def take(self) -> Restored | None:
        """The site, once: an edit that fails half way leaves it as nobody should find it."""
        restored = self._restored
        self.forget()
        return restored

    def forget(self) -> None:
        """Have nothing."""
        self._stamp = self._manifest = self._restored = None

    def keep(self, file: Path, manifest: Manifest, restored: Restored) -> None:
        """Have what an edit left: the manifest is in this file too."""
        if file.exists():
            self._stamp, self._manifest, self._restored = stamp_of(str(file)), manifest, restored
