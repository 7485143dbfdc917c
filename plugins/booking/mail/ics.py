"""iCalendar writer: meetings as the bytes of an .ics file, times in UTC.

RFC 5545, RFC 5546, RFC 6868. What others wrote is read by a library; what is written here are a dozen properties of
always, and a booking waits for them: line by line they take a twentieth of its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.vtimezone_text import vtimezone
from plugins.content.mail_addresses import mail_address
from plugins.domain.language import spoken

# Calendars choke on them: C0 but tab and newline, DEL, C1, line separators, lone surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_AS_IT_IS = "@!$'*+"
_WALL = "%Y%m%dT%H%M%S"
_LINE = 74  # octets, the line break left out; a line may have 75 (RFC 5545, 3.1)


def ics(invitation: Invitation) -> bytes:
    """Render an invitation as a calendar of one event; of a series, with its zone and the dates that have moved."""
    zone = invitation.zone()
    events = (invitation, *invitation.moved)
    if zone is None:
        return calendar(map(event_of, events), invitation.method)
    years = [one.start.year for one in events] + [one.year for one in (*invitation.but, invitation.end)]
    # Longer than any series goes on.
    clocks = b"".join(map(_folded, vtimezone(zone, min(years) - 1, max(years) + 8)))
    return calendar([clocks, *map(event_of, events)], invitation.method)


def calendar(events: Iterable[bytes], method: str | None, name: str | None = None) -> bytes:
    """Put events together; without a method where it is no message."""
    language = spoken().tag.partition("-")[0].upper()  # of a public identifier (ISO 9070): that of its words
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Maglia//booking//{language}", "CALSCALE:GREGORIAN"]
    if method:
        head.append(f"METHOD:{method}")
    if name:
        head.append(f"X-WR-CALNAME:{_text(name)}")
    return b"".join([*map(_folded, head), *events, b"END:VCALENDAR\r\n"])


def event_of(invitation: Invitation) -> bytes:
    """Render an invitation as an event."""
    more = [f"DESCRIPTION:{_text(invitation.description)}"]
    if invitation.attendee_email:
        asked = "PARTSTAT={};ROLE=REQ-PARTICIPANT;RSVP={}"
        guest = asked.format("ACCEPTED", "FALSE") if invitation.accepted else asked.format("NEEDS-ACTION", "TRUE")
        more.insert(0, f"ATTENDEE;{guest}:{_address(invitation.attendee_email)}")
    if invitation.location:
        more.append(f"LOCATION:{_text(invitation.location)}")
    if invitation.method:
        name = _parameter(invitation.organizer_name)
        more.append(f'ORGANIZER;CN="{name}":{_address(invitation.organizer_email)}')
    more.append(f"STATUS:{invitation.status}")
    if invitation.timezone:
        more += _repeated(invitation, f";TZID={invitation.timezone}:")
    return event(
        invitation.uid, invitation.stamp, invitation.start, invitation.end, invitation.summary,
        f"SEQUENCE:{invitation.sequence}", *more, zone=invitation.zone(),
    )  # fmt: skip


def _repeated(invitation: Invitation, at: str) -> list[str]:
    """What repeats, but for what, or which of a series this is: on its clock (RFC 5545, 3.8.4.4, 3.8.5)."""
    said = [f"RRULE:{invitation.rule}"] if invitation.rule else []
    said += [f"EXDATE{at}{one:{_WALL}}" for one in invitation.but]
    return said + ([f"RECURRENCE-ID{at}{invitation.instance:{_WALL}}"] if invitation.instance else [])


def event(
    uid: str, stamp: datetime, start: datetime, end: datetime, summary: str, *more: str, zone: ZoneInfo | None = None
) -> bytes:
    """Render an event; `more` are properties as they stand in the file, before they are folded.

    Its times are in UTC, or on the clock of a `zone`, which the calendar has to have then.
    """
    lines = (
        "BEGIN:VEVENT",
        f"SUMMARY:{_text(summary)}",
        f"DTSTART{_instant(start, zone)}",
        f"DTEND{_instant(end, zone)}",
        f"DTSTAMP{_instant(stamp)}",
        f"UID:{_text(uid)}",
        *more,
        "END:VEVENT",
    )
    return b"".join(map(_folded, lines))


def _instant(instant: datetime, zone: ZoneInfo | None = None) -> str:
    if zone:
        return f";TZID={zone.key}:{instant.astimezone(zone):{_WALL}}"
    return f":{instant.astimezone(UTC):{_WALL}}Z"


def _text(text: str) -> str:
    """Escape a text (RFC 5545, 3.3.11)."""
    return _clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _parameter(text: str) -> str:
    """Escape what stands between double quotes (RFC 6868), which cannot stand there themselves."""
    return _clean(text).replace("^", "^^").replace("\n", "^n").replace('"', "”")


def _address(email: str) -> str:
    # An address may hold signs that mean something in an address of the web (RFC 6068, 2).
    written = email if email.isascii() else mail_address(email)
    return f"mailto:{quote(_clean(written), safe=_AS_IT_IS)}"


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)


def _folded(line: str) -> bytes:
    """End a line, and break it where it is too long: between characters, and not after what escapes the next."""
    rest, pieces = line.encode(), []
    while len(rest) > _LINE:
        cut = _LINE
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        if rest[cut - 1] in b"\\^":
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    pieces.append(rest)
    return b"\r\n ".join(pieces) + b"\r\n"
