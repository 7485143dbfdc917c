"""Findings of an installation's checks, and running such checks side by side, each within its time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "fault", "skipped"]
_TELL_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """What one look came to, and what to do about it; `skipped` where it could not be looked at."""

    check: str
    level: Level
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class Check:
    """Check of an installation: changes nothing, and says what it finds as it finds it."""

    name: str
    look: Callable[[], Iterable[Finding]]
    seconds: float = 20.0


def run_checks(checks: Sequence[Check], waiting: Callable[[Sequence[str]], object]) -> Iterator[Finding]:
    """Run checks side by side and yield what they find; one that takes too long is itself a finding.

    `waiting` is told now and then which are still at it. What hangs is left behind, as a thread that ends with the
    process.
    """
    found: queue.SimpleQueue[tuple[Check, Finding | None]] = queue.SimpleQueue()
    began = time.monotonic()
    for check in checks:
        threading.Thread(target=_look, args=(check, found.put), daemon=True, name=check.name).start()
    running, told = list(checks), began
    while running:
        now = time.monotonic()
        for late in [one for one in running if now - began > one.seconds]:
            running.remove(late)
            what = f"no result within {late.seconds:g} seconds"
            yield Finding(late.name, "fault", what, "look at what it depends on: a disk or a server that hangs")
        if now - told > _TELL_EVERY_SECONDS:
            told = now
            waiting([one.name for one in running])
        try:
            check, finding = found.get(timeout=0.1)
        except queue.Empty:
            continue
        if check in running:
            if finding is None:
                running.remove(check)
            else:
                yield finding


def _look(check: Check, put: Callable[[tuple[Check, Finding | None]], object]) -> None:
    try:
        for finding in check.look():
            put((check, finding))
    except Exception as error:
        # Its words may quote an address with a password in it.
        what = f"could not be looked at: {_kind(error)}"
        put((check, Finding(check.name, "fault", what, "see whether whoever runs this may read it")))
    put((check, None))


def _kind(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return type(error).__name__
