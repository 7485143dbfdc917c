"""The provider that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.booking.oauth.provider import RunningProvider, running_provider


@pytest.fixture(scope="package")
def strict_provider() -> Iterator[RunningProvider]:
    """One that gives a new refresh token each time, and takes all back where an old one is shown again."""
    with running_provider() as running:
        yield running


@pytest.fixture
def provider(strict_provider: RunningProvider) -> RunningProvider:
    """The strict one, whose user consents and whose clients are there."""
    strict_provider.tell("user", does="consent", leaves_out=[], ends_in=None, breaks=None, slow_down=0)
    strict_provider.restore()
    return strict_provider
