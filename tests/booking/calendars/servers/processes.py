"""Processes of servers: on loopback, with data in a temporary folder, by a user without rights, ended by their ids."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

_STARTS_WITHIN_SECONDS = 60
_ENDS_WITHIN_SECONDS = 20
NOBODY = "nobody"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def unprivileged(folder: Path, user: str = NOBODY) -> tuple[int | None, int | None]:
    """Give a folder, with all in it, to a user without rights, and return what runs a process as that user."""
    if os.geteuid() != 0:
        return None, None
    found = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)
    return found.pw_uid, found.pw_gid


@contextmanager
def process(
    folder: Path,
    command: Sequence[object],
    ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
    user: str | None = NOBODY,
) -> Iterator[None]:
    """Run a command until it is ready, and while the block lasts; what it says is in `folder`/NAME.log."""
    number, group = unprivileged(folder, user) if user else (None, None)
    log = folder / f"{Path(str(command[0])).name}.log"
    # Its whole group is ended: some start children that would stay.
    own = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with log.open("ab") as said:
        running = subprocess.Popen(
            [str(one) for one in command],
            cwd=folder,
            env=own | {"HOME": str(folder)} | dict(environment or {}),
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            user=number,
            group=group,
            start_new_session=True,
        )
    try:
        _wait(running, ready, log)
        yield
    finally:
        _end(running)


def run(folder: Path, command: Sequence[object], user: str | None = NOBODY, **environment: str) -> str:
    """Run a command to its end as that user, and return what it said; raises RuntimeError with that where it fails."""
    number, group = unprivileged(folder, user) if user else (None, None)
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder,
        env=os.environ | {"HOME": str(folder)} | environment,
        user=number,
        group=group,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def answers(address: str, *statuses: int) -> Callable[[], bool]:
    """Whether a server answers at an address, with one of these statuses if any are named."""

    def ready() -> bool:
        with suppress(httpx.TransportError):
            status = httpx.get(address, timeout=5, trust_env=False).status_code
            return not statuses or status in statuses
        return False

    return ready


def needs(*programs: str) -> str | None:
    """Say what is missing of some programs and files."""
    absent = [one for one in programs if not (Path(one).exists() if "/" in one else shutil.which(one))]
    return f"not there: {', '.join(absent)}" if absent else None


def _wait(running: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while not ready():
        if running.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"it did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)


def _end(running: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, number)
        with suppress(subprocess.TimeoutExpired):
            running.wait(_ENDS_WITHIN_SECONDS)
            return
