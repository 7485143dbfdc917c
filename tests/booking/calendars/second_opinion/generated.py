"""Generated calendar texts, odd as real ones are: the same seed gives the same text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.booking.calendars.second_opinion.clocks import Clock, definition_of

WINDOW_START = datetime(2027, 3, 1, tzinfo=UTC)
_NAMES = ("Europe/Rome", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Asia/Kolkata", "America/St_Johns")
_WINDOWS_NAMES = {"W. Europe Standard Time": "Europe/Berlin", "Eastern Standard Time": "America/New_York"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HOURS = (0, 2, 2, 7, 8, 9, 9, 10, 11, 14, 17, 22, 23)
_BAD_ENDS = ("DTEND:2027-03-08T23:00:00", "DTEND:", "DURATION:1H", "DURATION:", "DTEND;TZID=Europe/Rome:20270308T2")
_BAD_PARTS = (";X-A=1", ";BYDAY=MO,", "; BYDAY=MO", ";", ";WKST=XX")
_BAD_LINES = (
    "SEQUENCE:",
    "SEQUENCE:one",
    "EXDATE:",
    "CREATED:yesterday",
    "LAST-MODIFIED:",
    "GEO:here",
    "PRIORITY:high",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:\r\nEND:VALARM",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:15\r\nEND:VALARM",
    "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nREPEAT:often\r\nEND:VALARM",
)
_OTHER_COMPONENTS = (
    "BEGIN:VTODO\r\nUID:t\r\nDUE:soon\r\nEND:VTODO",
    "BEGIN:VJOURNAL\r\nUID:j\r\nDTSTART:2027\r\nEND:VJOURNAL",
    "BEGIN:VFREEBUSY\r\nUID:f\r\nFREEBUSY;FBTYPE=BUSY:20270308T090000Z/PT1H,20270309T090000Z/20270309T093000Z\r\n"
    "FREEBUSY;FBTYPE=FREE:20270310T090000Z/PT1H\r\nEND:VFREEBUSY",
    "BEGIN:VTIMEZONE\r\nTZID:Nobody's\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+5328\r\n"
    "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE",
)


def generated_calendars(seed: int) -> bytes:
    """Return one text of one or two calendar objects."""
    draw = Random(seed)
    objects = [_Object(draw, number) for number in range(draw.choice((1, 1, 1, 2)))]
    return "".join(one.text() for one in objects).encode()


class _Object:
    """A VCALENDAR with its zones and its series."""

    def __init__(self, draw: Random, number: int) -> None:
        self._draw = draw
        self._number = number
        self._definitions: dict[str, str] = {}

    def text(self) -> str:
        parts = []
        for number in range(self._draw.choice((1, 1, 2, 3))):
            parts += self._series(f"{self._number}-{number}@else.where")
        if self._chance(0.15):
            parts.append(self._draw.choice(_OTHER_COMPONENTS))
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Else//Where//EN"]
        return "\r\n".join([*lines, *filter(None, self._definitions.values()), *parts, "END:VCALENDAR", ""])

    def _chance(self, share: float) -> bool:
        return self._draw.random() < share

    def _clock(self) -> Clock:
        draw = self._draw
        name = draw.choice(_NAMES)
        windows = draw.choice(list(_WINDOWS_NAMES))
        offset = draw.choice(("-0500", "+0100", "+0000", "+0930"))
        kinds: list[tuple[int, Clock]] = [
            (5, Clock(name, zone=ZoneInfo(name))),
            (3, Clock("Europe/Rome", zone=ZoneInfo("Europe/Rome"))),
            (2, Clock("Europe/Rome", definition_of("Europe/Rome", "+0100", "+0200"), ZoneInfo("Europe/Rome"))),
            (1, Clock("Europe/London", definition_of("Europe/London", "+0100", "+0200"), ZoneInfo("Europe/Rome"))),
            (1, Clock(windows, zone=ZoneInfo(_WINDOWS_NAMES[windows]))),
            (2, Clock("Customized Time Zone", definition_of("Customized Time Zone", offset), None)),
            (1, Clock("Office", definition_of("Office", "+0100", "+0200"), ZoneInfo("Europe/Rome"))),
            (2, Clock(utc=True)),
            (3, Clock()),
            (1, Clock("Nowhere/At_All")),
            (3, Clock(day=True)),
            (1, Clock(draw.choice(("Europe/Rome", "Asia/Tokyo")), day=True)),
        ]
        clock = draw.choices([clock for _, clock in kinds], [weight for weight, _ in kinds])[0]
        if clock.tzid in self._definitions and self._definitions[clock.tzid] != clock.definition:
            return Clock(utc=True)
        if clock.tzid:
            self._definitions[clock.tzid] = clock.definition
        return clock

    def _start(self) -> datetime:
        draw = self._draw
        day = draw.choice(
            (
                datetime(2027, 3, 5) + timedelta(days=draw.randrange(50)),
                datetime(2027, 3, 27) + timedelta(days=draw.randrange(2)),
                datetime(2027, 2, 20) + timedelta(days=draw.randrange(20)),
                datetime(2024, 1, 29) + timedelta(days=draw.randrange(900)),
            )
        )
        return day.replace(hour=draw.choice(_HOURS), minute=draw.choice((0, 0, 30)))

    def _series(self, uid: str) -> list[str]:
        draw = self._draw
        clock, start = self._clock(), self._start()
        if not self._chance(0.7):
            return [self._event(uid, clock, start, [])]
        rule, hours, step = self._rule(clock, start)
        lines = [f"RRULE:{rule}"] if self._chance(0.85) else []
        recent = start + step * max(0, (datetime(2027, 3, 5) - start) // step)
        days = sorted({recent + step * draw.randrange(6) for _ in range(draw.choice((0, 1, 1, 2)))})
        named = [day.replace(hour=draw.choice(hours)) if hours else day for day in days]
        lines += [self._dates("EXDATE", clock, day) for day in named if self._chance(0.6)]
        if not lines or self._chance(0.15):
            lines.append(self._dates("RDATE", clock, recent + step * 2 + timedelta(hours=3, days=draw.randrange(3))))
        events = [self._event(uid, clock, start, lines)]
        for day in named:
            if self._chance(0.5):
                events += self._overrides(uid, clock, day)
        if self._chance(0.08):
            events.append(self._event(uid, clock, start + timedelta(days=7, hours=4), []))
        draw.shuffle(events)
        return events

    def _rule(self, clock: Clock, start: datetime) -> tuple[str, list[int], timedelta]:
        draw = self._draw
        frequency, days = draw.choice((("DAILY", 1), ("DAILY", 1), ("WEEKLY", 7), ("WEEKLY", 7), ("MONTHLY", 28)))
        every = draw.choice((1, 1, 1, 2, 3))
        rule = f"FREQ={frequency}" + (f";INTERVAL={every}" if every > 1 else "")
        hours: list[int] = []
        if not clock.day and self._chance(0.2):
            hours = sorted({start.hour, *draw.sample(range(7, 20), draw.choice((1, 2)))})
            rule += ";BYHOUR=" + ",".join(map(str, hours))
        here = _DAYS[start.weekday()]
        if frequency == "WEEKLY" and self._chance(0.5):
            rule += ";BYDAY=" + ",".join({here: 0, draw.choice(_DAYS): 0}) + draw.choice(("", ";WKST=SU", ";WKST=MO"))
        elif frequency == "MONTHLY":
            rule += draw.choice(
                (
                    "",
                    f";BYMONTHDAY={start.day}",
                    f";BYDAY={(start.day - 1) // 7 + 1}{here}",
                    f";BYDAY={here};BYSETPOS={(start.day - 1) // 7 + 1}",
                )
            )
        last = max(start, datetime(2027, 3, 8)) + timedelta(days=days * every) * draw.choice((1, 3, 6))
        last = last.replace(hour=start.hour, minute=start.minute)
        rule += draw.choice(
            (
                "",
                f";COUNT={draw.choice((2, 4, 10))}" if start.year == 2027 else "",
                f";UNTIL={clock.value(last)}",
                f";UNTIL={clock.in_utc(last):%Y%m%dT%H%M%SZ}",
                f";UNTIL={last:%Y%m%dT%H%M%S}",
                f";UNTIL={last:%Y%m%d}",
            )
        )
        if self._chance(0.05):
            rule += draw.choice(_BAD_PARTS)
        return rule, hours, timedelta(days=days * every)

    def _dates(self, name: str, clock: Clock, wall: datetime) -> str:
        draw = self._draw
        if name == "RDATE" and not clock.day and self._chance(0.2):
            return f"RDATE;VALUE=PERIOD:{clock.in_utc(wall):%Y%m%dT%H%M%SZ}/PT45M"
        if self._chance(0.2):
            return f"{name}:{clock.in_utc(wall):%Y%m%dT%H%M%SZ}"
        if self._chance(0.1):
            return f"{name};VALUE=DATE:{wall:%Y%m%d}"
        return clock.line(name, wall) + draw.choice(("", "", "", "", "", ","))

    def _overrides(self, uid: str, clock: Clock, wall: datetime) -> list[str]:
        draw = self._draw
        which = clock.line("RECURRENCE-ID", wall)
        if self._chance(0.2):
            which = f"RECURRENCE-ID:{clock.in_utc(wall):%Y%m%dT%H%M%SZ}"
        elif self._chance(0.05):
            which = f"RECURRENCE-ID;VALUE=DATE:{wall:%Y%m%d}"
        elif self._chance(0.05):
            which = which.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE")
        if self._chance(0.1):
            return ["\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", which, "STATUS:CANCELLED", "END:VEVENT"])]
        moved = wall + draw.choice((timedelta(), timedelta(hours=6), timedelta(days=1, minutes=30)))
        events = [self._event(uid, clock, moved, [which, f"SEQUENCE:{draw.randrange(3)}"])]
        if self._chance(0.1):
            events.append(self._event(uid, clock, moved + timedelta(hours=2), [which, f"SEQUENCE:{draw.randrange(3)}"]))
        return events

    def _event(self, uid: str, clock: Clock, start: datetime, more: list[str]) -> str:
        draw = self._draw
        lines = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", f"SUMMARY:{uid} {start:%d %H:%M}"]
        lines += [clock.line("DTSTART", start), *self._end(clock, start), *more]
        if self._chance(0.12):
            lines.append(
                draw.choice(
                    (
                        "TRANSP:TRANSPARENT",
                        "TRANSP:OPAQUE",
                        "STATUS:CANCELLED",
                        "STATUS:TENTATIVE",
                        "transp:transparent",
                        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
                        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
                        "ATTENDEE;PARTSTAT=DECLINED:mailto:Anna@else.where",
                        "ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@else.where",
                        "ATTENDEE;PARTSTAT=DECLINED:mailto:bice@else.where",
                    )
                )
            )
        if self._chance(0.06):
            lines.append(draw.choice(_BAD_LINES))
        return "\r\n".join([*filter(None, lines), "END:VEVENT"])

    def _end(self, clock: Clock, start: datetime) -> list[str]:
        draw = self._draw
        if self._chance(0.03):
            return [draw.choice(_BAD_ENDS)]
        if clock.day:
            days = timedelta(days=draw.choice((0, 1, 1, 2, 3)))
            return draw.choice(
                (
                    [],
                    [f"DTEND;VALUE=DATE:{start + days:%Y%m%d}"],
                    [clock.line("DTEND", start + days)],
                    ["DURATION:P1D"],
                    ["DURATION:PT36H"],
                )
            )
        length = draw.choice(
            (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=12), timedelta(days=1, hours=2))
        )
        end = clock.line("DTEND", start + length)
        return draw.choice(
            (
                [end],
                [end],
                [end],
                [f"DURATION:{draw.choice(('PT30M', 'PT1H30M', 'PT12H', 'P1D', 'P1W', 'PT36H', 'P1DT2H'))}"],
                [f"DTEND:{clock.in_utc(start + length):%Y%m%dT%H%M%SZ}"],
                [f"DTEND:{start + length:%Y%m%dT%H%M%S}"]
                if self._chance(0.3)
                else [end, end]
                if self._chance(0.2)
                else [end],
            )
        )
