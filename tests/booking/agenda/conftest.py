"""An endpoint whose owner is signed in, once on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint


@pytest.fixture
def desk(content: Path, database_url: str) -> Iterator[Endpoint]:
    """An endpoint over the small office."""
    with endpoint(content, database_url) as running:
        yield running


@pytest.fixture
def hers(desk: Endpoint) -> Endpoint:
    """The same, with the owner's session in its client."""
    sign_in(desk)
    return desk
