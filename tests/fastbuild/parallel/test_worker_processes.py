"""Work is shared out over the cores: each number once, and what goes wrong there is told here."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from plugins.fastbuild.parallel import worker_processes
from plugins.fastbuild.parallel.worker_processes import BackgroundWork, SharedWork, in_background


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "_cores", lambda: 2)


def _done(numbers: Iterable[int]) -> tuple[int, list[int]]:
    return os.getpid(), list(numbers)


@pytest.mark.parametrize("count", [0, 1, 79, 80, 5_000, 20_001])
def test_each_number_is_done_once(count: int) -> None:
    with SharedWork(count, _done) as shared:
        parts = shared.results()
    assert sorted(number for _, part in parts for number in part) == list(range(count))
    assert len(parts) == (2 if count >= 80 else 1)


def test_the_other_process_begins_before_this_one_joins_in(tmp_path: Path) -> None:
    def touch(numbers: Iterable[int]) -> list[int]:
        done = []
        for number in numbers:
            (tmp_path / str(number)).touch()
            done.append(number)
        return done

    with SharedWork(100, touch) as shared:
        end = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 100 and time.monotonic() < end:
            time.sleep(0.01)
        own, other = shared.results()
    assert own == []
    assert other == list(range(100))


def test_what_goes_wrong_in_the_other_process_is_raised_here() -> None:
    here = os.getpid()

    def fail(numbers: Iterable[int]) -> None:
        if os.getpid() != here:
            raise ValueError(next(iter(numbers)))

    with pytest.raises(ValueError, match=r"^\d+$"), SharedWork(80, fail) as shared:
        shared.results()


def test_what_the_other_process_logs_is_logged_here(caplog: pytest.LogCaptureFixture) -> None:
    here = os.getpid()

    def tell(_numbers: Iterable[int]) -> None:
        if os.getpid() != here:
            logging.getLogger("maglia.test").warning("di là")

    with SharedWork(80, tell) as shared:
        shared.results()
    assert "di là" in caplog.text


def test_a_process_nobody_waits_for_is_gone_at_the_end() -> None:
    with SharedWork(80, lambda numbers: time.sleep(60)) as shared:
        (child,) = shared._children
    with pytest.raises(ProcessLookupError):
        os.kill(child._pid, 0)


def test_background_process_ends_with_the_block_it_ran_beside(tmp_path: Path) -> None:
    def work() -> None:
        (tmp_path / "begun").touch()
        time.sleep(60)

    began = time.monotonic()
    with in_background(work):
        while not (tmp_path / "begun").exists() and time.monotonic() < began + 30:
            time.sleep(0.01)
    assert (tmp_path / "begun").exists()
    assert time.monotonic() < began + 30


def test_meanwhile_uses_another_process_only_with_a_spare_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with BackgroundWork(os.getpid) as work_of_another:
        assert work_of_another.result() != os.getpid()
    monkeypatch.setattr(worker_processes, "_cores", lambda: 1)
    with BackgroundWork(os.getpid) as work_of_another:
        assert work_of_another.result() == os.getpid()


def test_error_in_a_meanwhile_process_is_raised_at_its_result() -> None:
    def work() -> None:
        raise ValueError("di là")

    with BackgroundWork(work) as work_of_another, pytest.raises(ValueError, match="di là"):
        work_of_another.result()
