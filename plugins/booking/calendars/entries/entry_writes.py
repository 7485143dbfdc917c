"""Write of one calendar entry: made, changed where it stands by now, or removed, whatever happens to it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.entries.calendar_objects import CalendarObject, CalendarObjects, ConditionFailed
from plugins.booking.calendars.entries.event_merge import merge, sequence_of, words_kept, words_of
from plugins.booking.calendars.entries.write_refusal import WriteFailed
from plugins.booking.mail.ics import ics
from plugins.booking.mail.texts.invitation_text import Invitation

_MOST_TRIES = 4
_NEWER, _MOST_SEQUENCE = 20, 1_000_000
# That a UID stands elsewhere is said in each of these ways (Radicale, SOGo: 409; Cyrus: 403; Xandikos: 412).
_ELSEWHERE = {403, 409, 412}


@dataclass(frozen=True)
class Written:
    """What was written: its SEQUENCE, its words, and how many guests its owner has added."""

    sequence: int
    words: str
    guests: int


def write_entry(
    objects: CalendarObjects,
    name: str,
    entry: Invitation,
    written: str | None,
    now: datetime,
    is_new: bool = False,
    is_suspect: bool = False,
) -> Written:
    """Let an entry stand in the calendar, under `name` where it is not there yet; raises Unanswered.

    `written` are the words that it had there last. Where it `is_new` it is not looked for first, and where it
    `is_suspect` it is looked for under other names too.
    """
    found = () if is_new else find_entry(objects, name, entry.uid, is_suspect)
    etags: list[str | None] = []
    for number in range(_MOST_TRIES):
        try:
            if not found:
                return _create(objects, name, entry)
            # A server whose conditions never hold is one that does not keep to its own ETags.
            is_stuck = number == _MOST_TRIES - 1 and len(set(etags)) == 1
            etags.append(found[0].etag)
            return _change(objects, name, found, entry, written, now, is_stuck)
        except WriteFailed as error:
            if error.status not in _ELSEWHERE or number == _MOST_TRIES - 1:
                raise
            before = found
            found = objects.named_in(error, entry.uid) or find_entry(objects, name, entry.uid, is_everywhere=True)
            if not isinstance(error, ConditionFailed) and [one.address for one in found] == [
                one.address for one in before
            ]:
                if error.status != 409 or found or entry.sequence >= _MOST_SEQUENCE:
                    raise
                # One that was deleted keeps its UID there, and an entry has to be newer than that one was.
                entry = entry.model_copy(update={"sequence": entry.sequence + _NEWER})
    raise Unanswered("it changes whenever it is written", Reason.OTHER)


def remove_entry(objects: CalendarObjects, name: str, uid: str, is_suspect: bool = False) -> None:
    """Remove an entry under whatever name it stands; raises Unanswered."""
    for one in find_entry(objects, name, uid, is_suspect):
        objects.delete(one.address)


def find_entry(
    objects: CalendarObjects, name: str, uid: str, is_everywhere: bool = False
) -> tuple[CalendarObject, ...]:
    """Find an entry by its own name, and by its UID where it is not there or `is_everywhere`; the own one is last."""
    own = objects.read(objects.address(name), uid)
    if own and not is_everywhere:
        return (own,)
    try:
        others = [one for one in objects.search(uid) if own is None or not one.is_at(own.address)]
    except Unanswered:
        if own is None:
            raise
        others = []
    return (*others, *((own,) if own else ()))


def _create(objects: CalendarObjects, name: str, entry: Invitation) -> Written:
    ours = ics(entry)
    is_as_sent = objects.create(name, ours)
    words = words_of(ours) if is_as_sent else _reread(objects, objects.address(name), entry.uid, ours, ours)
    return Written(entry.sequence, words, 0)


def _reread(objects: CalendarObjects, address: str, uid: str, ours: bytes, sent: bytes) -> str:
    """Return the words of an entry as its server keeps them: what it has written otherwise is not hers."""
    try:
        there = objects.read(address, uid)
    except Unanswered:
        return words_of(ours)
    return words_kept(ours, sent, there.text, uid) if there else words_of(ours)


def _change(
    objects: CalendarObjects,
    name: str,
    found: tuple[CalendarObject, ...],
    entry: Invitation,
    written: str | None,
    now: datetime,
    unconditionally: bool,
) -> Written:
    sequence = max(entry.sequence, *(sequence_of(one.text, entry.uid) + 1 for one in found))
    ours = ics(entry.model_copy(update={"sequence": sequence}))
    own, guests, words = objects.address(name), 0, words_of(ours)
    for one in found:
        if one.is_at(own) and len(found) > 1:
            objects.delete(own)  # she has it under another name: this one is a second of ours
            continue
        merged = merge(one.text, ours, entry.uid, written, now)
        if not objects.replace(one, merged.text, unconditionally):
            words = _reread(objects, one.address, entry.uid, ours, merged.text)
        guests = max(guests, merged.guests)
    return Written(sequence, words, guests)
