"""Waiting list: who is told next of time that came free, and how long it is held for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Value
from plugins.domain.catalogue import Catalogue
from plugins.domain.email_address import checked_address
from plugins.domain.fields import NAME, Fields, InvalidRequest
from plugins.domain.language import _, further_language
from plugins.domain.pasted_text import plain_number, plain_words
from plugins.domain.requests import CheckAddress, UnknownMeeting
from plugins.domain.slots import Slot
from plugins.domain.wall_clock import wall_instant

MOST_DAYS = 62
MOST_A_DAY = 3  # offers to one person in twenty-four hours, and so mails
LEAST_HOLD = timedelta(minutes=30)  # of what the owner may choose
SHORTEST_HOLD = timedelta(minutes=15)  # who has less time than that to answer is not told
_DAY = timedelta(days=1)
_MORNING, _EVENING = 8, 21  # on the owner's clock: in between nobody has to be awake


class WaitingRequest(Value):
    """What a visitor asks to be told of; both days included."""

    meeting: str
    name: str
    email: str
    first: date
    last: date
    service: str | None = None
    timezone: str | None = None
    # The visitor's language, where it is not the site's own.
    language: str | None = None


class Waiting(WaitingRequest):
    """Someone who waits; `free` has the starts that she could have had when she asked."""

    id: str
    free: frozenset[datetime] = frozenset()
    created_at: datetime
    confirmed_at: datetime | None = None

    @property
    def person(self) -> str:
        """Who it is, however often she waits."""
        return self.email.lower()


class Told(NamedTuple):
    """A time that a person was told of once."""

    person: str
    start: datetime
    end: datetime
    at: datetime


class Offer(NamedTuple):
    """The next to be told: of which time, and until when it is held for her."""

    waiting: Waiting
    slot: Slot
    until: datetime


def read_waiting(
    fields: Mapping[str, object],
    availability: Availability,
    catalogue: Catalogue,
    today: date,
    last_day: Callable[[Meeting], date],
    check_address: CheckAddress = checked_address,
) -> WaitingRequest:
    """Read the fields of the form; raises UnknownMeeting, or InvalidRequest with every error at once."""
    read = Fields(fields, check_address)
    slug = read.text("meeting", _("Scegli il tipo di appuntamento."), clean=plain_words)
    meeting = availability.meeting(slug) if slug else None
    if slug and meeting is None:
        raise UnknownMeeting(slug)
    days = _days(read, today, last_day(meeting) if meeting else date.max)
    name = read.text("name", _("Inserisci il tuo nome e cognome."), NAME, clean=plain_words)
    email = read.email()
    service = read.service(catalogue)
    timezone = read.timezone()
    if read.errors or meeting is None or days is None or name is None or email is None:
        raise InvalidRequest(tuple(read.errors))
    return WaitingRequest(
        meeting=meeting.slug, name=name, email=email, first=days[0], last=days[1], service=service, timezone=timezone,
        language=further_language(),
    )  # fmt: skip


def has_waiting_list(availability: Availability) -> bool:
    """Whether a visitor can wait for time to come free, or for a seat of a group."""
    return availability.waiting_hold is not None


def _days(read: Fields, today: date, last_day: date) -> tuple[date, date] | None:
    first = _day(read, "from", _("Scegli il primo giorno che ti va bene."))
    last = _day(read, "to", _("Scegli l’ultimo giorno che ti va bene."))
    if first is None or last is None:
        return None
    first = max(first, today)
    if last < first:
        read.refuse("to", _("L’ultimo giorno viene prima del primo, o è già passato."))
    elif (last - first).days >= MOST_DAYS:
        read.refuse("to", _("Scegli al massimo %(days)s giorni.", days=MOST_DAYS))
    elif first > last_day:
        read.refuse("from", _("Il calendario non arriva ancora fin lì: scegli un giorno più vicino."))
    # What can be booked later only was never taken: nothing comes free there.
    return first, min(last, last_day)


def _day(read: Fields, field: str, missing: str) -> date | None:
    text = read.text(field, missing, clean=plain_number)
    if text is None:
        return None
    try:
        if len(text) == len("2027-01-11"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    read.refuse(field, _("Scrivi il giorno come anno-mese-giorno, per esempio 2027-01-11."))
    return None


def held_until(start: datetime, meeting: Meeting, availability: Availability, now: datetime) -> datetime:
    """Until when a start would be held that is offered now: whole minutes, so that free times change with them.

    At night the hold counts from the morning. It ends at the latest when the start can be booked no more.
    """
    hold, zone = availability.waiting_hold or timedelta(0), availability.where.zone_at(now)
    local, counted = now.astimezone(zone), now
    if not _MORNING <= local.hour < _EVENING:
        day = local.date() + (_DAY if local.hour >= _EVENING else timedelta(0))
        counted = wall_instant(day, _MORNING * 60, zone) or now
    return min(counted + hold, start - availability.notice_of(meeting)).replace(second=0, microsecond=0)


def next_offer(
    waiting: Iterable[Waiting],
    told: Iterable[Told],
    holding: Container[str],
    slots: Callable[[Meeting], Iterable[Slot]],
    availability: Availability,
    now: datetime,
) -> Offer | None:
    """Who is told next, first come first, of the first time that suits her; None where nobody is to be told.

    `holding` has the people for whom time is held already. Nobody is told of a time, nor of one that overlaps it,
    twice; nor of what she could have had when she asked.
    """
    told = list(told)
    lately = Counter(one.person for one in told if one.at > now - _DAY)
    free: dict[str, tuple[Slot, ...]] = {}
    confirmed = [(one.confirmed_at, one.id, one) for one in waiting if one.confirmed_at is not None]
    for _since, _id, one in sorted(confirmed, key=lambda listed: listed[:2]):
        meeting = availability.meeting(one.meeting)
        if meeting is None or one.person in holding or lately[one.person] >= MOST_A_DAY:
            continue
        if meeting.slug not in free:
            free[meeting.slug] = tuple(slots(meeting))
        known = [past for past in told if past.person == one.person]
        for slot in free[meeting.slug]:
            if slot.start in one.free or not one.first <= availability.local_day(slot.start) <= one.last:
                continue
            if any(past.start < slot.end and slot.start < past.end for past in known):
                continue
            until = held_until(slot.start, meeting, availability, now)
            if until - now >= SHORTEST_HOLD:
                return Offer(one, slot, until)
    return None
