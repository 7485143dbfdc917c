"""Microsoft calendars over real connections, by real processes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url, update

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import ask
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.booking.calendars.graph.graph_account import GraphAccount
from plugins.booking.oauth.access_token import Use
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.schema import entries
from tests.booking.calendars.graph.account import FakeTokens
from tests.booking.calendars.graph.graph_http import serving_graph
from tests.booking.calendars.graph.graph_wiring import PRIMARY
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.server import answering, say
from tests.booking.migrated import lay_out
from tests.booking.oauth.accounts import KEY, connect
from tests.booking.oauth.provider import CLIENTS, running_provider
from tests.booking.office import asked, write_content
from tests.booking.processes import Process, eventually, free_starts, serving

CALENDAR: tuple[Use, ...] = ("calendar",)


def account(base: str, tokens: FakeTokens) -> GraphAccount:
    login = TokenLogin("bice@example.org", provider="microsoft", tokens=tokens)
    return GraphAccount(f"{base}/graph/v1.0/", login, ask, lambda: datetime(2027, 1, 11, tzinfo=UTC))


def test_calendars_are_listed_with_a_new_token_where_needed() -> None:
    standin = GraphStandin(tokens={"token-2"})
    standin.calendars |= {f"AAMk{number}": {"name": f"Altro {number}", "canEdit": False} for number in range(12)}
    standin.page_size = 5
    tokens = FakeTokens()
    with serving_graph(standin) as base:
        found = account(base, tokens).calendars()
    assert [(one.name, one.is_primary, one.is_writable) for one in found[:2]] == [
        ("Calendario", True, True),
        ("Altro 0", False, False),
    ]
    assert (len(found), tokens.refusals) == (13, ["token-1"])


def test_a_token_does_not_follow_a_redirect() -> None:
    seen: list[str] = []
    with (
        answering(lambda handler: seen.append(str(handler.headers["Authorization"]))) as elsewhere,
        answering(lambda handler: say(handler, 302, Location=elsewhere)) as address,
        pytest.raises(Unanswered) as error,
    ):
        account(address.rpartition("/")[0], FakeTokens()).calendars()
    assert (error.value.reason, seen) == (Reason.MOVED, [])


def test_a_process_killed_behind_its_entry_makes_no_second(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", busy=[PRIMARY], calendar=PRIMARY)
    database = make_url(f"sqlite:///{tmp_path}/x.db")
    lay_out(database)
    engine = open_engine(database)
    migrate(engine)
    standin, killed = GraphStandin(), list[Process]()

    def kill(method: str) -> None:
        if method == "POST":
            killed[0].kill()

    with running_provider() as provider, serving_graph(standin, kill) as base:
        connect(provider, engine, lambda: datetime.now(UTC), "microsoft", CALENDAR)
        standin.takes = provider.accepts
        settings = {
            "BOOKING_DATABASE_URL": str(database),
            "BOOKING_CONTENT": str(content),
            "BOOKING_SECRET_KEY": KEY,
            "BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"],
            "BOOKING_MICROSOFT_URL": base,
        }
        with serving(**settings) as first:
            killed.append(first)
            address = first.address
            meetings = f"{address}/api/meetings"
            eventually(lambda: httpx.get(meetings, timeout=30).json()[0]["confirmation"] == "automatic")
            answer = httpx.post(f"{address}/api/bookings", json=asked(start=free_starts(address)[0]), timeout=30)
            assert answer.json()["status"] == "confirmed"
            eventually(lambda: len(standin.events) == 1)
        with engine.begin() as connection:
            # Its lease would have run out by itself in a minute.
            assert connection.execute(update(entries).values(next_at=datetime.now(UTC))).rowcount == 1
        before = len(standin.exchanges)
        with serving(**settings) as second:
            eventually(lambda: any(one.method == "PATCH" for one in standin.exchanges[before:]))
            health = f"{second.address}/health"
            eventually(lambda: httpx.get(health, timeout=30).json()["calendar_writes"]["waiting"] == 0)
    engine.dispose()
    assert len(standin.events) == 1
    assert [one.method for one in standin.exchanges].count("POST") == 1
