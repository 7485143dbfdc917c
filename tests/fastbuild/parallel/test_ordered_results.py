"""What other processes make is there piece by piece, each once, and what goes wrong there is told here."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from plugins.fastbuild.parallel import worker_processes
from plugins.fastbuild.parallel.ordered_results import OrderedResults

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "_cores", lambda: 2)


def _all_of(stream: OrderedResults[T]) -> list[T]:
    pieces: list[T] = []
    while (more := stream.more()) is not None:
        pieces += more
    return pieces


def _only_there(work: Callable[[int], T]) -> Callable[[int], T | None]:
    """Work of the other process; this one is slow and makes nothing."""
    here = os.getpid()

    def made(number: int) -> T | None:
        if os.getpid() == here:
            time.sleep(0.05)
            return None
        return work(number)

    return made


@pytest.mark.parametrize("count", [0, 1, 79, 80, 85, 5_000])
def test_each_piece_is_made_once(count: int) -> None:
    with OrderedResults(count, lambda number: (number, "x" * (number % 7))) as stream:
        assert sorted(_all_of(stream)) == [(number, "x" * (number % 7)) for number in range(count)]
        assert stream.more() is None


def test_pieces_are_there_before_all_of_them_are_made() -> None:
    def slow(number: int) -> int:
        time.sleep(0 if number < 40 else 60)
        return number

    with OrderedResults(80, slow) as stream:
        end = time.monotonic() + 30
        while not (found := [piece for source in stream._sources for piece in source.made()]):
            assert time.monotonic() < end
            time.sleep(0.01)
    assert found == list(range(found[0], found[0] + len(found)))


def test_however_much_is_made_nobody_has_to_look_meanwhile() -> None:
    with OrderedResults(200, lambda number: bytes(20_000)) as stream:
        (source,) = stream._sources
        end = time.monotonic() + 30
        while os.fstat(source._file.fileno()).st_size < 200 * 20_000:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert len(_all_of(stream)) == 200


def test_what_goes_wrong_in_the_other_process_is_raised_here() -> None:
    def fail(number: int) -> None:
        raise ValueError(number)

    with pytest.raises(ValueError, match=r"^\d+$"), OrderedResults(80, _only_there(fail)) as stream:
        _all_of(stream)


def test_what_the_other_process_logs_is_logged_here(caplog: pytest.LogCaptureFixture) -> None:
    with OrderedResults(
        80, _only_there(lambda _: logging.getLogger("maglia.test").warning("dall’altra parte"))
    ) as stream:
        _all_of(stream)
    assert "dall’altra parte" in caplog.text


def test_a_process_nobody_waits_for_is_gone_at_the_end() -> None:
    with OrderedResults(80, lambda number: time.sleep(60)) as stream:
        (source,) = stream._sources
    with pytest.raises(ProcessLookupError):
        os.kill(source.child._pid, 0)
