"""Work shared out over the cores of the machine, by forking: what is in memory needs no copying."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
# For less than this a process is not worth its start.
_LEAST = 40


class _Collector(logging.Handler):
    """Keeps what a child says: the parent's handlers may be in the middle of a line, and hold their locks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, record.levelno, record.getMessage()))


def over_cores(count: int, work: Callable[[range], T], least: int = _LEAST) -> list[T]:
    """What `work` returns for each part of `range(count)`; it must change nothing but files.

    What it raises in a child is raised here, what it logs there is logged here.
    """
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, count // least)
    if workers < 2:
        return [work(range(count))]
    # Every so many: neighbours cost about the same.
    parts = [range(first, count, workers) for first in range(workers)]
    children = [_Child(work, part) for part in parts[1:]]
    try:
        return [work(parts[0]), *(child.result() for child in children)]
    finally:
        for child in children:
            child.end()


class _Child:
    def __init__(self, work: Callable[[range], Any], part: range) -> None:
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Of the threads there may be, none is used in the child.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid:
            os.close(writing)
            self._answer = os.fdopen(reading, "rb")
            return
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as answer:
                answer.write(_answer(work, part))
        finally:
            os._exit(0)

    def result(self) -> Any:  # noqa: ANN401 - whatever the work returns
        """Wait for it. Raises what it raised."""
        told = self._answer.read()
        if not told:
            raise RuntimeError("A process of the build ended without an answer: it was killed, or memory ran out.")
        result, error, said = pickle.loads(told)
        for name, level, text in said:
            logging.getLogger(name).log(level, "%s", text)
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """Take it away, in the middle of its work where it is still at it."""
        self._answer.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _answer(work: Callable[[range], Any], part: range) -> bytes:
    collector = _Collector()
    for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
        if isinstance(logger, logging.Logger):
            logger.handlers = [collector] if logger is logging.root else []
            logger.propagate = True
    try:
        return pickle.dumps((work(part), None, collector.said))
    except BaseException as error:
        try:
            return pickle.dumps((None, pickle.loads(pickle.dumps(error)), collector.said))
        except Exception:
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}"), collector.said))
