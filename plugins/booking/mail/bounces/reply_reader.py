"""Invitation reply reader: METHOD:REPLY and METHOD:COUNTER of iMIP (RFC 5546, RFC 6047)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from plugins.booking.mail.bounces.bounded_parser import Parsed, one_line, parts_of, text_of

ReplyAnswer = Literal["accepted", "declined", "tentative", "counter"]

_CALENDARS = {"text/calendar", "application/ics"}
_ANSWERS: dict[str, ReplyAnswer] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_LINE = re.compile(r'([A-Za-z-]{1,40})((?:;(?:[^";:]|"[^"]*")*)*):(.*)')
_PARAMETER = re.compile(r';([A-Za-z-]{1,40})=("[^"]*"|[^;"]*)')
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.ASCII)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_MOST_LINES = 2_000
_LONGEST_COMMENT = 500


@dataclass(frozen=True)
class InvitationReply:
    """What the one invited answers: to which event and revision of it, and, of a counter, which start is proposed."""

    uid: str
    attendee: str
    answer: ReplyAnswer
    sequence: int | None  # None where the program does not say
    comment: str | None = None
    proposed: datetime | None = None
    stamp: str = ""  # when it was answered, as written
    instance: datetime | None = None  # which date of a series is answered: when it was to be by the rule


def read_reply(mail: Parsed | None) -> InvitationReply | None:
    """Read a mail as a reply to an invitation; None where it is none."""
    for part in parts_of(mail) if mail else ():
        if part.get_content_type() in _CALENDARS and (reply := _reply(text_of(part))):
            return reply
    return None


def _reply(text: str) -> InvitationReply | None:
    method = ""
    event: dict[str, tuple[dict[str, str], str]] = {}
    inside: list[str] = []
    for name, parameters, value in _lines(text):
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END":
            if value.upper() == "VEVENT":
                break
            inside = inside[:-1]
        elif name == "METHOD" and inside == ["VCALENDAR"]:
            method = value.upper()
        elif inside == ["VCALENDAR", "VEVENT"]:
            event.setdefault(name, (parameters, value))
    if method not in {"REPLY", "COUNTER"} or not {"UID", "ATTENDEE"} <= event.keys():
        return None
    parameters, address = event["ATTENDEE"]
    answer = "counter" if method == "COUNTER" else _ANSWERS.get(parameters.get("PARTSTAT", "").upper())
    if answer is None:
        return None
    sequence = event.get("SEQUENCE", ({}, ""))[1]
    comment = one_line(_unescaped(event["COMMENT"][1])) if "COMMENT" in event else ""
    return InvitationReply(
        uid=one_line(event["UID"][1]),
        attendee=unquote(re.sub("(?i)^mailto:", "", address)).strip().lower(),
        answer=answer,
        sequence=int(sequence[:9]) if sequence.isascii() and sequence.isdigit() else None,
        comment=comment[:_LONGEST_COMMENT] or None,
        proposed=_instant(*event["DTSTART"]) if method == "COUNTER" and "DTSTART" in event else None,
        stamp=event.get("DTSTAMP", ({}, ""))[1][:40],
        instance=_instant(*event["RECURRENCE-ID"]) if "RECURRENCE-ID" in event else None,
    )


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    unfolded = re.sub(r"\n[ \t]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in unfolded.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if found := _LINE.fullmatch(line.rstrip()):
            parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
            yield found[1].upper(), parameters, found[3].strip()


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)


def _instant(parameters: dict[str, str], value: str) -> datetime | None:
    """A start as an instant; None where it is a day, or of a zone that only its own calendar explains."""
    found = _STAMP.fullmatch(value)
    if found is None or not (found[7] or "TZID" in parameters):
        return None
    try:
        zone = UTC if found[7] else ZoneInfo(parameters["TZID"])
        wall = datetime(*(int(one) for one in found.groups()[:6]), tzinfo=zone)  # type: ignore[arg-type, misc]
        return wall.astimezone(UTC)
    except (LookupError, ValueError, OSError, OverflowError):
        return None
