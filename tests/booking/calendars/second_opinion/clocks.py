"""Clocks of generated series: how a calendar writes the times of a zone, and what defines the zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Clock:
    """How a series writes its times: a zone's name or none, what defines it, and what it stands for."""

    tzid: str = ""
    definition: str = ""
    zone: ZoneInfo | None = None
    utc: bool = False
    day: bool = False

    def line(self, name: str, wall: datetime) -> str:
        if self.day:
            return f"{name};VALUE=DATE{self._tzid()}:{wall:%Y%m%d}"
        return f"{name}{self._tzid()}:{self.value(wall)}"

    def value(self, wall: datetime) -> str:
        return f"{wall:%Y%m%d}" if self.day else f"{wall:%Y%m%dT%H%M%S}" + ("Z" if self.utc else "")

    def in_utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone or (UTC if self.utc else ZoneInfo("Europe/Rome"))).astimezone(UTC)

    def _tzid(self) -> str:
        return f";TZID={self.tzid}" if self.tzid else ""


def definition_of(name: str, standard: str, daylight: str = "") -> str:
    """Write a VTIMEZONE: of Central Europe's changes, or of one offset for ever."""
    lines = [f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000"]
    lines += [f"TZOFFSETFROM:{daylight or standard}\r\nTZOFFSETTO:{standard}"]
    if daylight:
        lines += [
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000"
        ]
        lines += [f"TZOFFSETFROM:{standard}\r\nTZOFFSETTO:{daylight}\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"]
    lines += [f"END:{'DAYLIGHT' if daylight else 'STANDARD'}\r\nEND:VTIMEZONE"]
    return "\r\n".join(lines)
