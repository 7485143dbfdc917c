"""Content switch: puts a new content and changed files in their places, all of them or none."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from plugins.publishing.git.git_repository import private_environment

_ASIDE = "content-before-start"


def is_committed(*paths: Path) -> bool:
    """Whether git has everything that lies at some paths, all of one repository."""
    folder = paths[0].absolute().parent
    command = ["git", "-C", str(folder), "status", "--porcelain", "--", *(str(path.absolute()) for path in paths)]
    with suppress(FileNotFoundError):
        done = subprocess.run(command, env=private_environment(), capture_output=True, text=True, check=False)
        return done.returncode == 0 and not done.stdout.strip()
    return False


def switch(content: Path, new: Path, texts: Mapping[Path, str], keep: bool) -> Path | None:
    """Put the folder `new` in the place of the content, and texts into files; what goes wrong undoes all of it.

    Returns where the content before is, if it is to be kept.
    """
    aside = _free(content.with_name(_ASIDE))
    before = {file: file.read_bytes() for file in texts}
    with _uninterrupted():
        had = content.exists()
        if had:
            content.rename(aside)
        try:
            new.rename(content)
            for file, text in texts.items():
                _replace(file, text.encode())
        except BaseException:
            for file, old in before.items():
                _replace(file, old)
            if content.exists():
                content.rename(new)
            if had:
                aside.rename(content)
            raise
    if not had:
        return None
    if keep:
        return aside
    shutil.rmtree(aside)
    return None


def _free(path: Path) -> Path:
    """The path, or one with a number where something lies there."""
    number = 2
    found = path
    while found.exists():
        found, number = path.with_name(f"{path.name}-{number}"), number + 1
    return found


def _replace(file: Path, content: bytes) -> None:
    written = file.with_name(f".{file.name}.new")
    written.write_bytes(content)
    written.chmod(file.stat().st_mode)
    os.replace(written, file)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of what is done here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            raise KeyboardInterrupt
