"""CPU time of a piece of work, in seconds of a machine with nothing else to do."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_REFERENCE_SECONDS = 0.05  # what `_reference` takes there, measured on the two cores that the benchmarks tell of


def quiet_seconds(work: Callable[[], object]) -> float:
    """CPU seconds that this thread needs for some work, divided by how much slower the machine is just now.

    A fixed piece of work is measured before and after, and the garbage collector is off: what other tests have left in
    memory, and what other programs take of the core, would else be counted as this work's.
    """
    before = _cpu_seconds(_reference)
    taken = _cpu_seconds(work)
    return taken * _REFERENCE_SECONDS / max(before, _cpu_seconds(_reference))


def _cpu_seconds(work: Callable[[], object]) -> float:
    was_on = gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        work()
        return time.thread_time() - began
    finally:
        if was_on:
            gc.enable()


def _reference() -> None:
    for number in range(200_000):
        str(number).strip("0").find("7")
