"""An answer that promises something is sent after the database is on the disk: read from a trace of system calls."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.booking.office import asked, write_content
from tests.booking.processes import Process, free_starts
from tests.soak import soak_count

POSTS = soak_count(9, 30)
CALLS = "fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg,recvfrom,read"
_CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<fd>\d+)<(?P<what>[^>]*(?:->[^>]*)?)>(?P<rest>.*)")
_RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_GOOD = re.compile(r'"HTTP/1\.1 (201|303|200) ')


@contextmanager
def traced(process: Process, trace: Path) -> Iterator[None]:
    """Write down the calls of a process while the block lasts."""
    strace = shutil.which("strace")
    assert strace, "this test needs strace: apt-get install strace"
    with subprocess.Popen(
        [strace, "-f", "-yy", "-s", "64", "-e", f"trace={CALLS}", "-o", str(trace), "-p", str(process.pid)],
        stderr=subprocess.PIPE,
        text=True,
    ) as tracer:
        assert tracer.stderr
        assert "attached" in tracer.stderr.readline()
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(timeout=60)


def events(trace: Path) -> Iterator[tuple[str, str]]:
    """What happened, in order: `asked`, `written` and `synced` to the database, `answered` with a promise.

    A sync counts from when it has come back; a write and an answer from when they begin.
    """
    under_way: dict[tuple[str, str], str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        if found := _RESUMED.match(line):
            if under_way.pop((found["pid"], found["name"]), "") and found["rest"].rstrip().endswith("= 0"):
                yield "synced", line
            continue
        found = _CALL.match(line)
        if not found:
            continue
        name, what = found["name"], found["what"]
        database = "booking.db" in what and not what.endswith("-shm")
        if database and name in {"fdatasync", "fsync"}:
            if "unfinished" in line:
                under_way[found["pid"], name] = what
            elif line.rstrip().endswith("= 0"):
                yield "synced", line
        elif database and name in {"pwrite64", "write"}:
            yield "written", line
        elif what.startswith("TCP") and _GOOD.search(line):
            yield "answered", line


@pytest.mark.soak
def test_database_is_synced_before_the_first_byte_of_each_answer(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office")
    trace = tmp_path / "trace"
    variables = {
        "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
        "BOOKING_CONTENT": str(content),
        "BOOKING_RATE_LIMIT": "off",
        "BOOKING_WORKER": "off",
    }
    process = Process(variables)
    try:
        starts = iter(free_starts(process.address))
        with traced(process, trace), httpx.Client(base_url=process.address, timeout=60) as http:
            for number in range(POSTS):
                key = f"k{number}"
                words = {"name": "Ada", "email": "ada@example.com", "message": f"Ciao {number}"}
                match number % 3:
                    case 0:
                        answer = http.post("/api/messages", json=words, headers={"Idempotency-Key": key})
                    case 1:
                        answer = http.post("/messaggi/", data=words | {"idempotency_key": key})
                    case _:
                        answer = http.post("/api/bookings", json=asked(start=next(starts)))
                assert answer.status_code in {201, 303}, answer.text
    finally:
        process.stop()
    told = list(events(trace))
    kinds = [kind for kind, _ in told]
    assert kinds.count("answered") == POSTS
    since: list[tuple[str, str]] = []
    for kind, line in told:
        since.append((kind, line))
        if kind == "answered":
            last = {one: max(i for i, (each, _) in enumerate(since) if each == one) for one, _ in since}
            assert last["written"] < last["synced"] < last["answered"], "\n".join(call for _, call in since)
            since = []
