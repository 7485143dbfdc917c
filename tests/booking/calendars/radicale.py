"""A real CalDAV server of the tests' own, in a temporary folder, on a free port of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx

_STARTS_WITHIN_SECONDS = 30
USER, PASSWORD = "bice", "segreto:con due punti"


class Radicale:
    """A server with one user and one calendar, that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        self._server: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self.collection = ""
        self.http = httpx.Client(auth=(USER, PASSWORD), timeout=10, trust_env=False)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = {
            "server-hosts": f"127.0.0.1:{self._port}",
            "storage-filesystem-folder": str(self._folder / "collections"),
            "auth-type": "htpasswd",
            "auth-htpasswd-filename": str(self._folder / "users"),
            "auth-htpasswd-encryption": "plain",
            "auth-delay": "0",
        }
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "radicale", *(f"--{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while True:
            try:
                self.http.get(f"http://127.0.0.1:{self._port}/.web/")
                return
            except httpx.TransportError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)

    def empty(self) -> None:
        """Be a running server with an empty calendar, at an address not used before."""
        if self._server is None:
            self.start()
        self.collection = f"http://127.0.0.1:{self._port}/{USER}/agenda-{next(self._numbers)}"
        self.http.request("MKCALENDAR", self.collection).raise_for_status()

    def stop(self) -> None:
        """Stop it; what it keeps stays."""
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=20)
            self._server = None

    def put(self, name: str, ics: str) -> None:
        """Write an event as another calendar program would."""
        text = ics.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        self.http.put(f"{self.collection}/{name}.ics", content=text).raise_for_status()

    def get(self, name: str) -> str | None:
        """Read an event, None where there is none."""
        reply = self.http.get(f"{self.collection}/{name}.ics")
        return reply.text if reply.status_code == 200 else None

    def delete(self, name: str) -> None:
        """Delete an event as another calendar program would."""
        self.http.delete(f"{self.collection}/{name}.ics").raise_for_status()


@contextmanager
def running_radicale(folder: Path) -> Iterator[Radicale]:
    """Run a server while the block lasts."""
    server = Radicale(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.http.close()
