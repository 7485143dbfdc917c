"""Server folders: where an installation keeps everything, and the lock on changing it."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plugins.publishing.git.git_repository import Repository


@dataclass(frozen=True)
class Server:
    """Folders of an installation, below its root."""

    root: Path

    @property
    def repository(self) -> Repository:
        """The bare repository that takes the pushes."""
        return Repository(self.root / "site.git")

    @property
    def releases(self) -> Path:
        """A folder for each release: `site`, `content`, and what is known of them."""
        return self.root / "releases"

    @property
    def cache(self) -> Path:
        """What was made once for all releases: pictures, by the content they were made from."""
        return self.root / "cache"

    @property
    def workshop(self) -> Path:
        """Where builds are made, each from what the one before has left."""
        return self.root / "workshop"

    @property
    def current(self) -> Path:
        """The web root: a link to the `site` of the live release."""
        return self.root / "current"

    @property
    def code(self) -> Path:
        """A link to the code and theme that build."""
        return self.root / "code"

    @property
    def code_before(self) -> Path:
        """A link to the code and theme that built before those."""
        return self.root / "code-before"

    @property
    def current_code(self) -> Path:
        """A link to the code and theme that the live release was built by, which endpoint and worker run.

        It leads through `current`: site, content and code become another one in one step.
        """
        return self.root / "current-code"

    @property
    def environments(self) -> Path:
        """The packages that the versions run with."""
        return self.root / "environments"

    @property
    def versions(self) -> Path:
        """The code and theme that build now, and those before."""
        return self.root / "versions"

    @property
    def withdrawal(self) -> Path:
        """What a rollback leaves: until the next push, what was withdrawn does not come back."""
        return self.root / "withdrawn.json"

    @property
    def lock(self) -> Path:
        """The file that whoever changes the server holds; the first that an installation makes."""
        return self.root / "lock"

    @property
    def python(self) -> str:
        """The interpreter that runs everything here: the one of the present version, or one that was given."""
        return self.python_of(self.code)

    def python_of(self, code: Path) -> str:
        """The interpreter of a version: of its own environment, or the one that was given."""
        own = code / ".venv" / "bin" / "python"
        return str(own) if own.exists() else (self.root / "python").read_text(encoding="utf-8").strip()

    @property
    def version(self) -> str:
        """The name of the code and theme that build now."""
        return self.code.resolve().name

    def is_installed(self) -> bool:
        """Whether an installation was finished here."""
        return (self.code / "plugins").is_dir() and self.repository.path.is_dir()


def point(link: Path, target: str) -> None:
    """Make a symbolic link lead elsewhere, in one step: whoever follows it finds the old or the new."""
    beside = prepare(link, target)
    beside.rename(link)
    flush(link.parent)


def prepare(link: Path, target: str) -> Path:
    """Make the link that will take the place of another; what takes room on the disk is done here.

    Raises FileExistsError where something else than a link is in its place.
    """
    if link.exists() and not link.is_symlink():
        raise FileExistsError(errno.EEXIST, "no link of ours, move it away", str(link))
    beside = link.with_name(f"{link.name}.next")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    return beside


def flush(path: Path) -> None:
    """Wait until a file or the names in a folder are on the disk."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def flush_all(folder: Path) -> None:
    """Wait until all that lies in a folder is on the disk; at once where the system can, as Linux does.

    One file after another a disk confirms a few hundred in a second, and a site has thousands.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        for path in (folder, *folder.rglob("*")):
            flush(path)
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(opened) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(opened)


@contextmanager
def turn(server: Server, wait: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Change the server alone: waits for whoever is at it, after calling `wait` once.

    Gives the lock's file descriptor. A process that inherits it keeps the turn as long as it runs, so a build whose
    starter was killed ends before the next one begins.
    """
    lock = os.open(server.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)
