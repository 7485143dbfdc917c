"""Ordered results: a stream of what worker processes make, each as soon as made."""

from __future__ import annotations

import os
import pickle
import select
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from plugins.fastbuild.parallel.worker_processes import ChildProcess, WorkQueue, extra_processes

T = TypeVar("T")
# For fewer it is not worth to write them down.
_AT_A_TIME = 8
_WIDTH = 8
# How long to wait for a piece before looking whether it is there, in seconds.
_PATIENCE = 0.002


class OrderedResults(Generic[T]):
    """Ordered results of `work` on each of `range(count)`, as other processes make them from now on.

    As a context manager it takes the processes away at the end, in the middle of their work where they are still at it.
    """

    def __init__(self, count: int, work: Callable[[int], T]) -> None:
        self._work = work
        self._numbers = WorkQueue(count)
        self._own = iter(self._numbers)
        self._sources = [_Source(work, self._numbers) for _ in range(extra_processes(count))]
        self._open = list(self._sources)

    def more(self) -> list[T] | None:
        """What was made since it was last asked for, this process doing some where there is none; None after the end.

        Raises what was raised by another process, whose logs are logged.
        """
        while not (found := [piece for source in self._open for piece in source.made()]):
            for number in self._own:
                return [self._work(number)]
            if not self._open:
                return None
            ended, _, _ = select.select([source.child for source in self._open], [], [], _PATIENCE)
            for source in [one for one in self._open if one.child in ended]:
                source.child.result()
                self._open.remove(source)
                if last := list(source.made()):
                    return last
        return found

    def __enter__(self) -> OrderedResults[T]:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._numbers.close()
        while self._sources:
            self._sources.pop().end()


class _Source(Generic[T]):
    """Worker process with the file it writes to: a pipe would soon be full, while nobody looks."""

    def __init__(self, work: Callable[[int], T], part: Iterable[int]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._at = 0
        self._work = work
        self.child = ChildProcess(self._write, part)

    def _write(self, part: Iterable[int]) -> None:
        pieces: list[T] = []
        for number in part:
            pieces.append(self._work(number))
            if len(pieces) == _AT_A_TIME:
                self._put(pieces)
        self._put(pieces)

    def _put(self, pieces: list[T]) -> None:
        payload = pickle.dumps(pieces)
        self._file.write(len(payload).to_bytes(_WIDTH, "big") + payload)
        self._file.flush()
        pieces.clear()

    def made(self) -> Iterator[T]:
        """What is written and was not read yet."""
        file = self._file.fileno()
        left = os.fstat(file).st_size - self._at
        while left >= _WIDTH:
            length = int.from_bytes(os.pread(file, _WIDTH, self._at), "big")
            if left < _WIDTH + length:
                break
            pieces: list[T] = pickle.loads(os.pread(file, length, self._at + _WIDTH))
            self._at += _WIDTH + length
            left -= _WIDTH + length
            yield from pieces

    def end(self) -> None:
        """Take it away."""
        self.child.end()
        self._file.close()
