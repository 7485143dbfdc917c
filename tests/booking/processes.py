"""The endpoint as its users run it: processes of its own, killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.fork_server import forked

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 120  # longer than the lease of a mail


class Process:
    """A running `python -m plugins.booking serve`, at `address`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        arguments: tuple[str, ...] = ("serve", "--port", "0"),
        code: Path = ROOT,
        python: Sequence[str] = (sys.executable, "-m", "plugins.booking"),
    ) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
        # A file and not a pipe, which would stop the process when nobody reads it.
        self._heard = ""
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [*python, *arguments],
            env=own | dict(environment),
            cwd=code,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        self.greeting = self._first_line()
        self.address = next((word.rstrip("/,") for word in self.greeting.split() if "://" in word), "")

    @property
    def pid(self) -> int:
        """The number the system knows it by."""
        return self._process.pid

    def said(self) -> str:
        """What it wrote to its standard error."""
        if not self._said.closed:
            # Without moving in it: the process writes where the file stands.
            number = self._said.fileno()
            self._heard = os.pread(number, os.fstat(number).st_size, 0).decode()
        return self._heard

    def kill(self) -> None:
        """End it without a chance to do anything."""
        self._end(signal.SIGKILL)

    def ask_to_end(self) -> None:
        """Ask it to end, and do not wait for it."""
        self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        return self._end(signal.SIGTERM)

    def _first_line(self) -> str:
        assert self._process.stdout
        for line in self._process.stdout:
            if "://" in line:
                return line
        self._process.wait(timeout=_PATIENCE_SECONDS)
        self._said.seek(0)
        raise RuntimeError(f"the endpoint ended before it said where it is:\n{self._said.read()}")

    def _end(self, number: int) -> int:
        if self._process.poll() is None:
            self._process.send_signal(number)
        code = self._process.wait(timeout=_PATIENCE_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()
        self.said()
        self._said.close()
        return code


@contextmanager
def serving(**environment: str) -> Iterator[Process]:
    """Run an endpoint on a free port while the block lasts, whatever the block does to it."""
    process = Process(environment)
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def serving_forked(**environment: str) -> Iterator[Process]:
    """The same where nothing kills it or asks for its number, from a process that has imported all."""
    process = Process(environment, python=forked("plugins.booking"))
    try:
        yield process
    finally:
        process.stop()


def eventually(happened: Callable[[], bool], patience: float = _PATIENCE_SECONDS) -> None:
    """Wait until something holds; how long is no matter, short of never."""
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("it never came to hold")
        time.sleep(0.05)


def free_starts(address: str, meeting: str = "conoscitiva") -> list[str]:
    """Ask an endpoint for the starts that are free."""
    told: list[httpx.Response] = []

    def answered() -> bool:
        told.append(httpx.get(f"{address}/api/slots", params={"meeting": meeting}))
        return told[-1].status_code != 503

    # On a busy machine an endpoint listens before its database is laid out.
    eventually(answered)
    return [slot["start"] for slot in told[-1].json()["slots"]]
