"""Three-way merge of an event's text (RFC 5545): what a booking says goes in, what its owner added there stays.

Lines that are not changed keep their very bytes, whatever they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from plugins.booking.calendars.entries.word_merge import changed_words, plain

# Texts that she may have put other words into; what they said when they were written tells.
_WORDS = ("SUMMARY", "DESCRIPTION", "LOCATION")
_OURS = ("DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "STATUS")
_STAMP = "%Y%m%dT%H%M%S"
_UNESCAPED = {"n": "\n", "N": "\n"}


@dataclass(frozen=True)
class Merged:
    """Merged event: its calendar object, and how many guests its owner has invited."""

    text: bytes
    guests: int


def words_of(ours: bytes) -> str:
    """Return what an event says in words, as it is kept to be merged by the next time."""
    event = _event(_lines(ours), None)
    return json.dumps({name: _unescaped(event[name]) for name in _WORDS if name in event}, ensure_ascii=False)


def words_kept(ours: bytes, sent: bytes, there: bytes, uid: str) -> str:
    """Return what to merge by where a server has kept otherwise what it was sent; where she has added to it, ours."""
    our, out, kept = _event(_lines(ours), None), _event(_lines(sent), uid), _event(_lines(there), uid)
    words = {name: _unescaped(our[name]) for name in _WORDS if name in our}
    for name, text in words.items():
        if plain(_unescaped(out.get(name, ""))) == plain(text):
            words[name] = _unescaped(kept.get(name, ""))
    return json.dumps(words, ensure_ascii=False)


def sequence_of(text: bytes, uid: str) -> int:
    """Return the SEQUENCE of an event, 0 where it has none that can be read."""
    value = _event(_lines(text), uid).get("SEQUENCE", "0").strip()
    return int(value) if re.fullmatch("[0-9]{1,9}", value) else 0


def has_event(text: bytes, uid: str) -> bool:
    """Say whether a calendar object is that of a UID."""
    return bool(_event(_lines(text), uid))


def merge(theirs: bytes, ours: bytes, uid: str, written: str | None, now: datetime) -> Merged:
    """Put our event over theirs of the same UID, by the words that were `written` there last; None where unknown.

    Where theirs is none, ours is the whole of it.
    """
    lines = list(_lines(theirs))
    first, last = _place(lines, uid)
    if first == last:
        return Merged(ours, 0)
    there, here = _event(lines, uid), _event(_lines(ours), None)
    changed: dict[str, str | None] = {name: f"{name}:{here[name]}" for name in _OURS if name in here}
    changed |= _kept_zone(lines[first:last], here) if "RRULE" in there else {}
    if "LAST-MODIFIED" in there:
        changed["LAST-MODIFIED"] = f"LAST-MODIFIED:{now.astimezone(UTC):{_STAMP}}Z"
    changed |= _changed_words(there, here, json.loads(written) if written else None)
    gone = {"DURATION"} | ({"X-ALT-DESC"} if "DESCRIPTION" in changed else set())  # the same words in HTML
    # Before the alarms, which come last (RFC 5545, 3.6.1).
    missing = [_folded(changed.pop(name) or "") for name in list(changed) if name not in there and changed[name]]
    result, guests = [*lines[:first], *missing], 0
    for line, depth in _inside(lines[first:last]):
        name = _name(line) if depth == 0 else ""
        guests += name == "ATTENDEE"
        if name in gone or (name in changed and changed[name] is None):
            continue
        if name in changed:
            result.append(_folded(changed.pop(name) or ""))
            gone.add(name)  # said twice it would be read either way
        else:
            result.append(line)
    text = b"\n".join([*result, *lines[last:], b""])
    return Merged(text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), guests)


def _changed_words(
    there: Mapping[str, str], here: Mapping[str, str], written: Mapping[str, str] | None
) -> dict[str, str | None]:
    hers, ours = ({name: _unescaped(one[name]) for name in _WORDS if name in one} for one in (there, here))
    changed = changed_words(hers, ours, written, _WORDS)
    return {name: None if words is None else f"{name}:{_escaped(words)}" for name, words in changed.items()}


def _kept_zone(event: list[bytes], here: Mapping[str, str]) -> dict[str, str]:
    """Say the times of a series in the zone that it has: in UTC it would move with the clocks."""
    found = next((line for line in map(_unfolded, event) if line.upper().startswith("DTSTART;")), "")
    zone = re.search(r';TZID="?([^";:]+)', found, re.IGNORECASE)
    try:
        known = ZoneInfo(zone[1]) if zone else None
        local = {name: datetime.strptime(here[name], f"{_STAMP}Z").replace(tzinfo=UTC) for name in ("DTSTART", "DTEND")}
    except (ValueError, KeyError, OSError):
        return {}
    if known is None or zone is None:
        return {}
    return {name: f"{name};TZID={zone[1]}:{at.astimezone(known):{_STAMP}}" for name, at in local.items()}


def _lines(text: bytes) -> list[bytes]:
    """Split into content lines, each with its folds."""
    return [line for line in re.split(rb"\r?\n(?![ \t])", text.removeprefix(b"\xef\xbb\xbf")) if line.strip()]


def _inside(event: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield an event's lines, each with how many components of its own it is in."""
    depth = 0
    for line in event:
        name = _name(line)
        depth += name == "BEGIN"
        yield line, depth
        depth -= name == "END"


def _place(lines: list[bytes], uid: str | None) -> tuple[int, int]:
    """Find the lines inside the event of a UID, or of any; not those of one of its changed occurrences."""
    first = 0
    for number, line in enumerate(lines):
        words = _unfolded(line).strip().upper()
        if words == "BEGIN:VEVENT":
            first = number + 1
        elif words == "END:VEVENT" and first:
            event = _properties(lines[first:number])
            if "RECURRENCE-ID" not in event and (uid is None or _unescaped(event.get("UID", "")).strip() == uid):
                return first, number
    return 0, 0


def _event(lines: list[bytes], uid: str | None) -> dict[str, str]:
    first, last = _place(lines, uid)
    return _properties(lines[first:last])


def _properties(event: list[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, depth in _inside(event):
        if depth == 0:
            value = re.match(r'(?:"[^"]*"|[^":])*:(.*)', _unfolded(line), re.DOTALL)
            found.setdefault(_name(line), value[1] if value else "")
    return found


def _name(line: bytes) -> str:
    found = re.match(rb"[A-Za-z0-9-]+", line)
    return found[0].decode().upper() if found else ""


def _unfolded(line: bytes) -> str:
    return re.sub(rb"\r?\n[ \t]", b"", line).decode("utf-8", "surrogateescape")


def _folded(line: str) -> bytes:
    """Break a line where it is longer than 75 octets, between characters."""
    rest, pieces = line.encode("utf-8", "surrogateescape"), []
    while len(rest) > 74:
        cut = 74
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return b"\r\n ".join([*pieces, rest])


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _UNESCAPED.get(found[1], found[1]), text)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")
