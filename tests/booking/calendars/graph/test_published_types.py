"""What is asked of Graph, and what the stand-in answers, is as Microsoft has published it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.graph.account import Reader
from tests.booking.calendars.graph.mailbox import Json
from tests.booking.calendars.graph.published_types import faults
from tests.booking.calendars.graph.standin import Exchange, GraphStandin
from tests.booking.calendars.wiring import Wired

DAY = ("2027-01-14T00:00:00", "2027-01-15T00:00:00")
HOUR = ("2027-01-15T09:00:00", "2027-01-15T10:00:00")


def test_all_that_is_asked_and_answered_is_published(connected: Wired, standin: GraphStandin, tmp_path: Path) -> None:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["friday"], "firstDayOfWeek": "monday"}
    span = {"type": "numbered", "startDate": "2027-01-15", "numberOfOccurrences": 3}
    series = standin.add("Corso", *HOUR, recurrence={"pattern": pattern, "range": span})
    standin.events[series].changed["2027-01-22"] = {"subject": "Corso, altrove"}
    guest = {"emailAddress": {"address": "eva@example.com", "name": "Eva"}, "type": "required"}
    status = {"response": "notResponded", "time": "2027-01-01T00:00:00Z"}
    standin.add("Ferie", *DAY, isAllDay=True, showAs="oof", sensitivity="private")
    standin.add("Invito", *HOUR, attendees=[guest], responseStatus=status, showAs="tentative", isOnlineMeeting=True)
    booking = connected.book()
    connected.later()
    connected.staff.changes.reschedule(booking, datetime(2027, 1, 13, 10, tzinfo=UTC), Actor.VISITOR)
    connected.later()
    standin.delete(standin.add("Via", *HOUR))
    connected.later()
    connected.staff.changes.cancel(booking, Actor.VISITOR)
    connected.later()
    assert len(Reader(standin).account.calendars()) == 1
    asked = {(one.method, one.path.partition("/events/")[0]) for one in standin.exchanges}
    assert asked == {
        ("GET", "me/calendars"),
        ("GET", "me/calendar/calendarView"),
        ("GET", "me/calendar/calendarView/delta"),
        ("GET", "me/calendar/events"),
        ("GET", "me/calendar"),
        ("POST", "me/calendar/events"),
        ("PATCH", "me/calendar"),
        ("DELETE", "me/calendar"),
    }
    assert faults(standin.exchanges, tmp_path) == ""


def test_what_is_not_published_is_noticed(tmp_path: Path) -> None:
    bodies: list[Json] = [
        {"subject": "x", "colour": "red"},
        {"showAs": "away"},
        {"start": {"datetime": "2027-01-15T09:00:00"}},
    ]
    asked = [Exchange("POST", "me/calendar/events", {}, body, 500, None, 0) for body in bodies]
    asked.append(Exchange("GET", "me/calendar/events", {"$select": "id,uid"}, None, 500, None, 0))
    told = faults(asked, tmp_path)
    assert [name for name in ("colour", "away", "datetime", "uid") if f'"{name}"' not in told] == []
