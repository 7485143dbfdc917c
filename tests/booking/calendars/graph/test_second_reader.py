"""The same calendar by Graph and as iCalendar keeps the same time: two readers that share no more than their end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.booking.calendars.ics.ics_reader import read
from tests.booking.calendars.graph.account import ALL, MINE, ROME, Reader
from tests.booking.calendars.graph.mailbox import Json
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.texts import event, vcalendar

HER = "bice@example.org"
ZONES = {"W. Europe Standard Time": "Europe/Rome", "Pacific Standard Time": "America/Los_Angeles"}
SHOWN = {
    "free": "TRANSP:TRANSPARENT",
    "tentative": "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
    "busy": "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
    "oof": "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
}
ANSWERS = {
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentativelyAccepted": "TENTATIVE",
    "notResponded": "NEEDS-ACTION",
}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Meeting:
    """An event in both languages; `away` are days of its series that fall out, `moved` a day that is an hour later."""

    start: datetime
    minutes: int
    zone: str
    shown: str
    answer: str
    is_cancelled: bool
    days: int  # lasts all day where there are any
    weekly: bool
    interval: int
    count: int  # of a series, 0 where it is none
    away: int
    moved: bool

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    def occurrence(self, number: int) -> date:
        step = self.interval * (7 if self.weekly else 1)
        return self.start.date() + timedelta(days=step * number)

    def put(self, standin: GraphStandin) -> None:
        """Put it into a mailbox."""
        more: Json = {
            "showAs": self.shown,
            "isCancelled": self.is_cancelled,
            "responseStatus": {"response": self.answer, "time": "2027-01-01T00:00:00Z"},
        }
        if self.days:
            last = self.start.date() + timedelta(days=self.days)
            standin.add(
                "x", f"{self.start:%Y-%m-%d}T00:00:00", f"{last}T00:00:00", zone=self.zone, isAllDay=True, **more
            )
            return
        if self.count:
            pattern: Json = {"type": "daily", "interval": self.interval}
            if self.weekly:
                pattern |= {"type": "weekly", "daysOfWeek": [WEEK[self.start.weekday()]]}
            span = {"type": "numbered", "numberOfOccurrences": self.count}
            more["recurrence"] = {"pattern": pattern, "range": span}
        name = standin.add("x", self.start.isoformat(), self.end.isoformat(), zone=self.zone, **more)
        changed = standin.events[name].changed
        if self.count and self.away < self.count:
            changed[self.occurrence(self.away).isoformat()] = None
        if self.count and self.moved and self.away:
            changed[self.occurrence(0).isoformat()] = dict(self._later())

    def _later(self) -> Mapping[str, Json]:
        times = {"start": self.start + timedelta(hours=1), "end": self.end + timedelta(hours=1)}
        return {name: {"dateTime": at.isoformat(), "timeZone": self.zone} for name, at in times.items()}

    def texts(self, uid: str) -> str:
        """Say it as iCalendar."""
        facts = [
            SHOWN[self.shown],
            f"ATTENDEE;PARTSTAT={ANSWERS[self.answer]}:mailto:{HER}",
            *(["STATUS:CANCELLED"] if self.is_cancelled else []),
        ]
        if self.days:
            last = self.start.date() + timedelta(days=self.days)
            bounds = [f"DTSTART;VALUE=DATE:{self.start:%Y%m%d}", f"DTEND;VALUE=DATE:{last:%Y%m%d}"]
            return event("\n".join([*bounds, *facts]), uid)
        zone = f";TZID={ZONES[self.zone]}"
        lines = [f"DTSTART{zone}:{self.start:%Y%m%dT%H%M%S}", f"DTEND{zone}:{self.end:%Y%m%dT%H%M%S}", *facts]
        if not self.count:
            return event("\n".join(lines), uid)
        lines.append(f"RRULE:FREQ={'WEEKLY' if self.weekly else 'DAILY'};INTERVAL={self.interval};COUNT={self.count}")
        if self.away < self.count:
            lines.append(f"EXDATE{zone}:{self.occurrence(self.away):%Y%m%d}T{self.start:%H%M%S}")
        found = event("\n".join(lines), uid)
        if self.moved and self.away:
            times = (self.start, self.start + timedelta(hours=1), self.end + timedelta(hours=1))
            named = zip(("RECURRENCE-ID", "DTSTART", "DTEND"), times, strict=True)
            found += event("\n".join([*(f"{name}{zone}:{at:%Y%m%dT%H%M%S}" for name, at in named), *facts]), uid)
        return found


# By day: no clock changes while one lasts.
STARTS = st.builds(
    lambda day, hour, minute: datetime(2027, 3, 1) + timedelta(days=day, hours=hour, minutes=minute),
    st.integers(0, 70),
    st.integers(6, 18),
    st.sampled_from([0, 5, 30]),
)
MEETINGS = st.builds(
    Meeting,
    start=STARTS,
    minutes=st.integers(5, 200),
    zone=st.sampled_from(sorted(ZONES)),
    shown=st.sampled_from(sorted(SHOWN)),
    answer=st.sampled_from(sorted(ANSWERS)),
    is_cancelled=st.sampled_from([False, False, False, True]),
    days=st.sampled_from([0, 0, 0, 1, 3]),
    weekly=st.booleans(),
    interval=st.integers(1, 3),
    count=st.sampled_from([0, 0, 2, 5, 30]),
    away=st.integers(0, 6),
    moved=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MEETINGS, max_size=6), st.booleans())
def test_both_readers_keep_the_same_time(meetings: list[Meeting], tentative_is_free: bool) -> None:
    standin = GraphStandin()
    for one in meetings:
        one.put(standin)
    by_graph = Reader(standin, tentative_is_free=tentative_is_free).read()
    text = vcalendar(*(one.texts(f"u{number}@x") for number, one in enumerate(meetings)))
    as_text = read([text], ALL, ROME, MINE, owner_addresses=[HER], tentative_is_free=tentative_is_free)
    assert (sorted(by_graph.busy), by_graph.skipped) == (sorted(as_text.busy), as_text.skipped)


def test_both_readers_keep_some_time_of_each_kind() -> None:
    plain = Meeting(
        datetime(2027, 3, 26, 9), 45, "Pacific Standard Time", "busy", "accepted", False, 0, False, 1, 0, 0, False
    )
    for one in (
        plain,
        replace(plain, days=3),
        replace(plain, count=5, away=2, moved=True),
        replace(plain, weekly=True),
    ):
        standin = GraphStandin()
        one.put(standin)
        found = Reader(standin).read()
        assert found.busy
        assert sorted(found.busy) == sorted(read([vcalendar(one.texts("u@x"))], ALL, ROME, MINE).busy)
