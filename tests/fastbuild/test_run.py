"""A run of Pelican leaves the process as it should be for the next one."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import cast

import pytest
from pelican import Pelican

from plugins.fastbuild import run
from plugins.fastbuild.fingerprint.inputs import Inputs


class _Cycle:
    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[_Cycle]]:
    """What each run leaves behind that only a look for garbage finds."""
    left: list[weakref.ref[_Cycle]] = []

    def bring_up_to_date(*_told: object) -> str:
        left.append(weakref.ref(_Cycle()))
        return "nothing,"

    monkeypatch.setattr(run, "_bring_up_to_date", bring_up_to_date)
    for name in ("unsupported", "unsupported_setting"):
        monkeypatch.setattr(run, name, lambda _of: None)
    monkeypatch.setattr(Inputs, "of", lambda _pelican: cast(Inputs, None))
    return left


def test_repeated_builds_in_one_process_free_their_garbage(
    built: list[weakref.ref[_Cycle]],
) -> None:
    build = run.Run(cast(Pelican, SimpleNamespace(settings={})), own=lambda: None)
    for _ in range(4):
        build()
    gc.collect()
    assert [left() for left in built] == [None] * 4


def test_garbage_collection_is_as_before_after_a_build(built: list[weakref.ref[_Cycle]]) -> None:
    build = run.Run(cast(Pelican, SimpleNamespace(settings={})), own=lambda: None)
    build()
    assert gc.isenabled()
    gc.disable()
    try:
        build()
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert len(built) == 2
