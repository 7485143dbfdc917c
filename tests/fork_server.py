"""Commands of ours in copies of a process that has imported them: what is started hundreds of times need not import.

`forked("plugins.booking")` begins a command line as `[sys.executable, "-m", "plugins.booking"]` does: that of a small
client (`fork_client.py`), which hands its files, folder and environment to a server of this test process, passes on
signals, and ends as the command ends. Where a test kills by SIGKILL, or is about how Python starts, it starts Python.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_CLIENT = str(Path(__file__).with_name("fork_client.py"))
# What the commands import when they are at work.
_IMPORTED = ("plugins.booking.__main__", "alembic.command", "psycopg", "uvicorn", "uvicorn.protocols.http.h11_impl")
_STARTS_WITHIN_SECONDS = 120
# As long as this process lives, it is not waited for.
_running: list[subprocess.Popen[bytes]] = []


def forked(module: str) -> list[str]:
    """What a command line begins with, in place of Python and `-m`."""
    return [sys.executable, "-I", "-S", _CLIENT, _server(os.getpid()), module]


@cache
def _server(_of_process: int) -> str:
    """Start the server of this process, and return its socket's path; it ends when this process does."""
    folder = tempfile.mkdtemp(prefix="maglia-fork-")
    place = f"{folder}/socket"
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fork_server", place], cwd=ROOT, env=own, stdin=subprocess.PIPE
    )
    _running.append(server)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while not os.path.exists(place):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the fork server did not start")
        time.sleep(0.02)
    return place


def _serve(place: str) -> dict[str, Any]:
    """Fork for each client; return in the copy, which is to run what the client asks for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{place}.new")
        listener.listen(64)
        os.rename(f"{place}.new", place)
        while True:
            ready, _, _ = select.select([listener.fileno(), 0], [], [])
            if 0 in ready:
                os._exit(0)  # the process that started it has ended
            line, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                return _copy(line)
            line.close()


def _copy(line: socket.socket) -> dict[str, Any]:
    """Fork once more: one waits for the command and tells its end, and the other returns to run it."""
    message, files, _, _ = socket.recv_fds(line, 8, 3)
    size = int.from_bytes(message, "big")
    told = b""
    while len(told) < size:
        told += line.recv(size - len(told))
    running = os.fork()
    if running:
        _watch(line, running, files)
    line.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    asked: dict[str, Any] = json.loads(told)
    return asked


def _watch(line: socket.socket, running: int, files: list[int]) -> None:
    for file in (0, 1, 2, *files):
        os.close(file)
    ended = os.pidfd_open(running)
    while True:
        ready, _, _ = select.select([line.fileno(), ended], [], [])
        if ended in ready:
            break
        signals = line.recv(16)
        for number in signals or [signal.SIGKILL]:
            os.kill(running, number)
        if not signals:
            break  # the client was killed
    code = os.waitstatus_to_exitcode(os.waitpid(running, 0)[1])
    line.sendall(code.to_bytes(4, "big", signed=True))
    os._exit(0)


def _run(asked: dict[str, Any]) -> None:
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = [asked["module"], *asked["words"]]
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in _IMPORTED:
        importlib.import_module(name)
    del sys.modules["plugins.booking.__main__"]  # run as a program it is another one
    assert threading.active_count() == 1, threading.enumerate()
    gc.freeze()
    _run(_serve(sys.argv[1]))
