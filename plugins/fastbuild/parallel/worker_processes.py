"""Worker processes: work shared out over the CPU cores by forking.

What is in memory needs no copying.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import warnings
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

T = TypeVar("T")
# For less than this a process is not worth its start.
_LEAST = 40
# What may as well be left gives way to what is waited for.
_NICE = 5


class _Collector(logging.Handler):
    """Log handler of a child: the parent's may be in the middle of a line, and hold their locks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, record.levelno, record.getMessage()))


class SharedWork(Generic[T]):
    """Shared work on `range(count)`: other processes begin at once, this one joins in when it has come so far.

    `work` is given the numbers it is to do, as they are free, and must change nothing but files. As a context manager
    it takes the processes away at the end, in the middle of their work where they are still at it.
    """

    def __init__(self, count: int, work: Callable[[Iterable[int]], T], least: int = _LEAST) -> None:
        self._work = work
        self._numbers = WorkQueue(count)
        self._children = [ChildProcess(work, self._numbers) for _ in range(extra_processes(count, least))]

    def results(self) -> list[T]:
        """Join in, and return what each process has made of its part. Raises what it raised; its logs are logged."""
        own = self._work(self._numbers)
        return [own, *(child.result() for child in self._children)]

    def __enter__(self) -> SharedWork[T]:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._numbers.close()
        while self._children:
            self._children.pop().end()


@contextmanager
def in_background(work: Callable[[], object]) -> Iterator[None]:
    """Have another process, where there is a core for it, do what may as well be left; it is gone at the end."""
    child = ChildProcess(lambda _: (os.nice(_NICE), work()), ()) if _cores() > 1 else None
    try:
        yield
    finally:
        if child:
            child.end()


class BackgroundWork(Generic[T]):
    """Background work of another process, where there is a core for it, else done here when it is asked for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._child = ChildProcess(lambda _: work(), ()) if _cores() > 1 else None

    def result(self) -> T:
        """Wait for it, and return what it has made. Raises what it raised."""
        return self._work() if self._child is None else self._child.result()

    def __enter__(self) -> BackgroundWork[T]:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._child:
            self._child.end()


def extra_processes(count: int, least: int = _LEAST) -> int:
    """How many processes so much work is worth besides this one."""
    return max(0, min(_cores(), count // least) - 1)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


class WorkQueue:
    """Work queue of numbers still to be done, each given once to whichever process asks."""

    def __init__(self, count: int) -> None:
        # All of it waits in a pipe, which holds 16 kB on every system: where there are many, several at a time.
        self._at_a_time, self._count = count // 2048 + 1, count
        reading, writing = os.pipe()
        self._reading: int | None = reading
        firsts = array("I", range(0, count, self._at_a_time))
        self._width = firsts.itemsize
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(firsts.tobytes())

    def __iter__(self) -> Iterator[int]:
        while self._reading is not None and (told := os.read(self._reading, self._width)):
            first = int.from_bytes(told, sys.byteorder)
            yield from range(first, min(first + self._at_a_time, self._count))

    def close(self) -> None:
        """Give no more."""
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None


class ChildProcess:
    """Child process that does a part of some work, and answers when it has come to the end."""

    def __init__(self, work: Callable[[Iterable[int]], Any], part: Iterable[int]) -> None:
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

    def fileno(self) -> int:
        """Where there is something to read once it has ended."""
        return self._answer.fileno()

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


def _answer(work: Callable[[Iterable[int]], Any], part: Iterable[int]) -> bytes:
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
