"""SQLite files: detects that the database's files were replaced, by inode and not by name."""

from __future__ import annotations

import os
from contextlib import suppress

Identity = tuple[int, int]
Identities = tuple[Identity | None, Identity | None]


class Files:
    """File identities of a database and its log (device and inode).

    A file taken away stays open, and takes commits that nobody will ever find.
    """

    def __init__(self, database: str) -> None:
        self._paths = (database, f"{database}-wal")
        self._ever = False

    def create(self) -> None:
        """Make the database's file where there is none, for its owner alone: its log gets the same rights."""
        if self._paths[0]:
            with suppress(OSError):  # it is there already, or SQLite says better why it cannot be made
                os.close(os.open(self._paths[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def opened(self) -> Identities:
        """Return what a connection just made has open: the database, and its log where it has one."""
        self._ever = True
        database, log = map(identity_of, self._paths)
        return database, log

    def still(self, opened: Identities) -> bool:
        """Say whether what a connection has open is what lies at the paths."""
        return all(was is None or was == identity_of(path) for was, path in zip(opened, self._paths, strict=True))

    def gone(self) -> bool:
        """Say whether there was a database and is none."""
        return self._ever and not os.path.exists(self._paths[0])


def identity_of(path: str) -> Identity | None:
    """Return the device and inode of what lies at a path; None where nothing does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
