"""Content lines (RFC 5545, 3.1): a text unfolded and cut into its components, in bytes and without reading their lines.

Only what can keep time is kept of it; alarms, tasks and journals are left out here, whatever they say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_EDGE = re.compile(rb"\n(BEGIN|END):([^\n]*)", re.IGNORECASE)
_OTHER_ENDS = re.compile(rb"\r+\n?")  # of lines: of programs that wrote CR alone, or once too often
_CALENDAR = b"VCALENDAR"
# What stands directly in a calendar: where one begins within another, the END of the other is missing.
_OUTER = {b"VEVENT", b"VTODO", b"VJOURNAL", b"VFREEBUSY", b"VTIMEZONE"}
_WANTED = {b"VEVENT", b"VFREEBUSY", b"VTIMEZONE", b"STANDARD", b"DAYLIGHT", _CALENDAR}
_ONLY_PROPOSED = b"VPOLL"  # its events are candidates: nothing is agreed yet


class NotACalendar(ValueError):
    """Parse error: a text that is no iCalendar at all, or not a whole one."""


@dataclass(slots=True)
class Component:
    """Component: its own lines, without those of components within it, which are `parts`."""

    name: bytes
    lines: bytes = b""
    parts: list[Component] = field(default_factory=list)


@dataclass(slots=True)
class CalendarObject:
    """Calendar object (VCALENDAR): its own lines, its events, zones and free/busy, and whether any END was missing."""

    lines: bytes = b""
    events: list[bytes] = field(default_factory=list)
    zones: list[Component] = field(default_factory=list)
    free_busy: list[bytes] = field(default_factory=list)
    is_broken: bool = False


def unfolded(text: bytes) -> bytes:
    """Join folded lines (in bytes: a fold may cut a letter), each line ending in a single LF."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        if b"\r" in text:
            text = _OTHER_ENDS.sub(b"\n", text)
    return text.replace(b"\n ", b"").replace(b"\n\t", b"")


def calendar_objects(text: bytes) -> list[CalendarObject]:
    """Cut a text into its calendar objects; raises NotACalendar where there is none or one is cut short."""
    cut = _Cutter(b"\n" + unfolded(text))
    return cut.objects()


class _Cutter:
    def __init__(self, text: bytes) -> None:
        self._text = text
        self._objects: list[CalendarObject] = []
        self._open: list[Component] = []
        self._names: Counter[bytes] = Counter()  # of what is open
        self._segments: list[list[bytes]] = []  # of the lines of each open component
        self._strays = False

    def objects(self) -> list[CalendarObject]:
        text, at = self._text, 0
        for edge in _EDGE.finditer(text):
            name = edge[2].strip().upper()
            if self._segments and self._open[-1].name in _WANTED:
                self._segments[-1].append(text[at : edge.start()])
            at = edge.end()
            if len(edge[1]) == 5:
                self._begin(name)
            else:
                self._end(name)
        rest = text[at:].strip().upper()
        if self._open:
            raise NotACalendar("it is cut short: the end of the calendar is missing")
        if not self._objects:
            raise NotACalendar("this is no iCalendar: it has no VCALENDAR")
        if rest and b"BEGIN:".startswith(rest):
            raise NotACalendar("it is cut short: another calendar begins at its end")
        if self._strays:
            self._objects[-1].is_broken = True
        return self._objects

    def _begin(self, name: bytes) -> None:
        if name == _CALENDAR:
            if self._open:
                raise NotACalendar("it is cut short: a calendar begins before the one before it has ended")
            self._objects.append(CalendarObject())
        elif not self._open:
            if _CALENDAR.startswith(name):
                raise NotACalendar("it is cut short: another calendar begins at its end")
            self._strays = True
            return
        elif name in _OUTER and any(self._names[one] for one in _OUTER):
            self._objects[-1].is_broken = True
            while self._open[-1].name != _CALENDAR:
                self._close()
        self._open.append(Component(name))
        self._names[name] += 1
        self._segments.append([])

    def _end(self, name: bytes) -> None:
        if not self._names[name]:
            if self._open:
                self._objects[-1].is_broken = True
            return
        while self._open[-1].name != name:
            self._objects[-1].is_broken = True
            self._close()
        self._close()

    def _close(self) -> None:
        done, segments = self._open.pop(), self._segments.pop()
        self._names[done.name] -= 1
        if done.name not in _WANTED:
            return
        done.lines = b"".join(segments)
        found = self._objects[-1]
        if done.name == _CALENDAR:
            found.lines = done.lines
        elif done.name in {b"STANDARD", b"DAYLIGHT"}:
            if self._open[-1].name == b"VTIMEZONE":
                self._open[-1].parts.append(done)
        elif done.name == b"VTIMEZONE":
            found.zones.append(done)
        elif not self._names[_ONLY_PROPOSED]:
            (found.events if done.name == b"VEVENT" else found.free_busy).append(done.lines)
