"""A site of its own to write in, with the development server beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.building import copy_checkout
from tests.deploy.servers import free_port


def copied(folder: Path) -> Path:
    """Copy what a site is made of into a folder, and return that."""
    return copy_checkout(folder, "content", "theme", "plugins", "pelicanconf.py")


@contextmanager
def developing(site: Path, ending: signal.Signals = signal.SIGINT) -> Iterator[str]:
    """Run the development server of a site while the block lasts, and end it, as Ctrl-C does; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "plugins.publishing", "devserver", "--host", "127.0.0.1", "--port", str(port)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    process = subprocess.Popen(command, cwd=site, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(ending)
        assert process.wait(timeout=60) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/")
