"""Every test of the way in begins and ends in Italian, whatever language its content has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugins.domain.language import ITALIAN, speak


@pytest.fixture(autouse=True)
def _in_italian() -> Iterator[None]:
    speak(ITALIAN)
    yield
    speak(ITALIAN)
