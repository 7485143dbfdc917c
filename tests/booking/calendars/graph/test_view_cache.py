"""Views of a Microsoft calendar that have not changed are not read again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugins.booking.calendars.client.calendar_error import Unanswered
from tests.booking.calendars.graph.account import Reader
from tests.booking.calendars.graph.standin import GraphRefusal, GraphStandin
from tests.booking.calendars.texts import told

EARLY, LATE = ("2027-03-08T09:00:00", "2027-03-08T10:00:00"), ("2027-03-09T09:00:00", "2027-03-09T10:00:00")


def asked(standin: GraphStandin) -> list[str]:
    """What was asked since the last time, by the end of its path."""
    found = [one.path.partition("calendar/")[2] for one in standin.exchanges]
    standin.exchanges.clear()
    return found


def begun(**changed: object) -> tuple[GraphStandin, Reader, str]:
    standin = GraphStandin(**changed)  # type: ignore[arg-type]
    event, reader = standin.add("Prova", *EARLY), Reader(standin)
    reader.read()
    asked(standin)
    return standin, reader, event


def test_a_view_that_has_not_changed_is_the_same_reading() -> None:
    standin, reader, _ = begun()
    first = reader.read()
    for _ in range(3):
        reader.now += timedelta(minutes=5)
        assert reader.read() is first
    assert asked(standin) == ["calendarView/delta"] * 4


@pytest.mark.parametrize("kind", ["added", "moved", "deleted", "series", "occurrence"])
def test_any_change_is_read(kind: str) -> None:
    standin, reader, event = begun()
    pattern = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "numbered", "numberOfOccurrences": 2}}
    if kind == "added":
        standin.add("Altro", *LATE)
    elif kind == "moved":
        standin.edit(
            event,
            start={"dateTime": LATE[0], "timeZone": "Europe/Rome"},
            end={"dateTime": LATE[1], "timeZone": "Europe/Rome"},
        )
    elif kind == "deleted":
        standin.delete(event)
    else:
        standin.edit(event, recurrence=pattern)
        if kind == "occurrence":
            reader.read()
            standin.events[event].changed["2027-03-08"] = None
            standin.edit(event)
    expected = {
        "added": ["03-08 09:00-10:00", "03-09 09:00-10:00"],
        "moved": ["03-09 09:00-10:00"],
        "deleted": [],
        "series": ["03-08 09:00-10:00", "03-09 09:00-10:00"],
        "occurrence": ["03-09 09:00-10:00"],
    }
    assert told(reader.read()) == expected[kind]
    asked(standin)
    reader.read()
    assert asked(standin) == ["calendarView/delta"]


def test_an_event_outside_the_view_changes_nothing() -> None:
    standin, reader, _ = begun()
    first = reader.read()
    standin.add("Lontano", "2029-01-01T09:00:00", "2029-01-01T10:00:00")
    assert reader.read() is first


def test_an_expired_state_is_begun_anew() -> None:
    standin, reader, event = begun()
    standin.delete(event)
    standin.expire_deltas()
    assert told(reader.read()) == []
    assert asked(standin) == ["calendarView/delta", "calendarView/delta", "calendarView"]
    reader.read()
    assert asked(standin) == ["calendarView/delta"]


def test_without_delta_the_view_is_read_each_time() -> None:
    standin, reader, event = begun(has_delta=False)
    first = reader.read()
    assert reader.read() is first
    assert asked(standin) == ["calendarView"] * 2
    standin.delete(event)
    assert told(reader.read()) == []


def test_a_view_too_long_to_follow_is_read_each_time() -> None:
    standin = GraphStandin(delta_page_size=10)
    for number in range(620):
        standin.add(str(number), *EARLY)
    reader = Reader(standin)
    first = reader.read()
    assert len(asked(standin)) == 60 + 2
    assert reader.read() is first
    assert asked(standin) == ["calendarView"] * 2


def test_a_change_between_link_and_view_is_not_missed() -> None:
    standin = GraphStandin()
    reader = Reader(standin)
    reader.read()
    standin.add("Prova", *EARLY)
    assert told(reader.read()) == ["03-08 09:00-10:00"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_not_asked_for_all_instead(status: int) -> None:
    standin, reader, _ = begun()
    standin.refusals.append(GraphRefusal(status, "generalException"))
    with pytest.raises(Unanswered):
        reader.read()
    assert asked(standin) == ["calendarView/delta"]
    assert told(reader.read()) == ["03-08 09:00-10:00"]
    assert asked(standin) == ["calendarView/delta"]


def test_after_a_day_all_is_read_again() -> None:
    standin, reader, _ = begun()
    reader.now += timedelta(days=1)
    reader.read()
    assert asked(standin) == ["calendarView/delta", "calendarView"]


def test_polls_without_a_change_cost_a_hundredth() -> None:
    standin = GraphStandin()
    for day in range(1, 29):
        for hour in range(8, 16):
            body = {"contentType": "text", "content": "Ordine del giorno. " * 60}
            standin.add("Riunione", f"2027-03-{day:02}T{hour:02}:00:00", f"2027-03-{day:02}T{hour:02}:45:00", body=body)
    reader = Reader(standin)
    reader.read()
    view = next(one.size for one in standin.exchanges if one.path.endswith("calendarView"))
    standin.exchanges.clear()
    reader.read()
    (poll,) = standin.exchanges
    assert poll.size * 100 < view
