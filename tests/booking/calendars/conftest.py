"""A CalDAV server, and an office whose calendar it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking.calendars.radicale import PASSWORD, USER, Radicale, running_radicale
from tests.booking.calendars.wiring import Wired, wired_to


@pytest.fixture(scope="session")
def caldav_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One server for all tests."""
    with running_radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def radicale(caldav_server: Radicale) -> Radicale:
    """A server with an empty calendar."""
    caldav_server.empty()
    return caldav_server


@pytest.fixture
def wired(radicale: Radicale, database_url: str, tmp_path: Path) -> Iterator[Wired]:
    """The calendar of the owner is the one that also keeps time; the background does its work when told to."""
    with wired_to(radicale.collection, f"{USER}:{PASSWORD}", database_url, tmp_path) as wired:
        yield wired
