"""What an owner does to an entry in her own calendar program, done to its text."""

from __future__ import annotations

import re
from datetime import UTC, datetime

ALARM = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Fra poco\nTRIGGER:-PT15M\nEND:VALARM\n"
ADDED = "CATEGORIES:Lavoro,Clienti\nCOMMENT:Portare il contratto\nCOLOR:tomato\nX-ORA-DI-CASA:si\n"
GUEST = "ORGANIZER:mailto:bice@example.org\nATTENDEE;CN=Carla;PARTSTAT=NEEDS-ACTION:mailto:carla@example.org\n"


def unfolded(text: str) -> str:
    """Lines as they were before they were broken."""
    return re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n")


def property_of(text: str, name: str) -> str | None:
    """The value of an event's property, None where it has none."""
    event = unfolded(text).partition("BEGIN:VEVENT\n")[2].partition("END:VEVENT")[0]
    event = re.sub(r"(?ms)^BEGIN:VALARM$.*?^END:VALARM$\n", "", event)
    found = re.search(rf"(?m)^{name}(?:;[^:\n]*)?:(.*)$", event)
    return found[1] if found else None


def start_of(text: str) -> datetime:
    """When an entry of ours begins; all servers keep it in UTC."""
    value = property_of(text, "DTSTART") or ""
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def with_lines(text: str, lines: str) -> str:
    """An entry with lines more."""
    return unfolded(text).replace("END:VEVENT\n", f"{lines}END:VEVENT\n")


def with_value(text: str, name: str, value: str) -> str:
    """An entry with another value of a property."""
    return re.sub(rf"(?m)^{name}(;[^:\n]*)?:.*$", lambda _: f"{name}:{value}", unfolded(text))


def moved(text: str, start: datetime, end: datetime) -> str:
    """An entry at another time, as a calendar program moves it."""
    for name, moment in (("DTSTART", start), ("DTEND", end)):
        text = with_value(text, name, f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return with_value(text, "SEQUENCE", "7")
