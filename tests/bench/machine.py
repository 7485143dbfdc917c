"""The machine that something is measured on: its cores, its memory, and its own rate of synced commits."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugins.booking.storage.engine import sqlite_library


@contextmanager
def on_one_core() -> Iterator[None]:
    """What is started within stays on the first core: a process inherits the cores of who starts it."""
    with _on({min(os.sched_getaffinity(0))}):
        yield


@contextmanager
def on_the_others() -> Iterator[None]:
    """Ask from another core, where there is one."""
    every = set(range(os.cpu_count() or 1))
    with _on(every - {min(every)} or every):
        yield


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    with suppress(OSError):  # a machine that keeps some of its cores from us
        os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def synced_commits(folder: Path, count: int) -> list[float]:
    """One row a transaction, on the library and with the journal of the endpoint, nothing else to do; seconds each."""
    library = sqlite_library()
    connection = library.module.connect(folder / "commits.db", isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={library.journal}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE rows (words TEXT)")
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        connection.execute("INSERT INTO rows VALUES (?)", ["x" * 4_000])
        taken.append(time.perf_counter() - began)
    connection.close()
    return taken


def peak_megabytes(process: subprocess.Popen[str]) -> float:
    """Wait for a process to end, and return the most memory that it and those it started took at one moment.

    What several of them share is counted once. Looked at every few hundredths of a second, so that it costs little.
    """
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_megabytes(one) for one in _family(process.pid)))
        time.sleep(0.03)
    return peak


def _family(process: int) -> Iterator[int]:
    """A process and all below it: what each of its threads has started."""
    yield process
    with suppress(OSError):  # it has ended meanwhile
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _megabytes(process: int) -> float:
    with suppress(OSError):
        told = re.search(r"^Pss: *(\d+) kB$", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)
        return int(told[1]) / 1024 if told else 0.0
    return 0.0
