"""An office whose calendar is a Microsoft account's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking.calendars.graph.account import FakeTokens
from tests.booking.calendars.graph.graph_wiring import wired_to_graph
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.wiring import Wired


@pytest.fixture
def standin() -> GraphStandin:
    """A mailbox without events."""
    return GraphStandin(tokens={"token-1", "token-2"})


@pytest.fixture
def tokens() -> FakeTokens:
    """The tokens of its account."""
    return FakeTokens()


@pytest.fixture
def connected(standin: GraphStandin, tokens: FakeTokens, database_url: str, tmp_path: Path) -> Iterator[Wired]:
    """An endpoint that has read the mailbox once."""
    with wired_to_graph(standin, tokens, database_url, tmp_path) as wired:
        wired.work.do()
        yield wired
