"""View models of the agenda's lists: what is shown of a booking, message or block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from plugins.booking.agenda.bounce_words import came_back, replied
from plugins.booking.agenda.queries import HistoryEntry, MailStatus
from plugins.booking.agenda.words import (
    STATUSES,
    day_address,
    day_and_hour,
    delivery,
    happened,
    hours,
    what,
)
from plugins.booking.storage.bounces import BouncedMail
from plugins.booking.storage.invitation_replies import KeptReply
from plugins.content.office import Office
from plugins.content.templates.formats import clock, clock_name, long_day_year
from plugins.domain.availability import Meeting
from plugins.domain.bookings import Booking, meeting_of
from plugins.domain.language import _, ngettext
from plugins.domain.stays import Whereabouts

_ALONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Line:
    """List item: a booking as one line of a list."""

    booking: Booking
    meeting: Meeting
    when: str
    hours: str
    until: str
    clock_name: str
    status: str
    # When the other dates are that were asked together with it, of a request for several.
    together: tuple[str, ...] = ()
    # Where it stands for all of a group: which, and how many they are.
    group: str | None = None
    people: int = 1

    @property
    def who(self) -> str:
        """Who booked, or how many did."""
        if self.group is None:
            return self.booking.name
        return ngettext("%(number)s persona", "%(number)s persone", self.people)

    @property
    def address(self) -> str:
        """Where all of it is shown."""
        if self.group is not None:
            return group_address(self.group)
        return f"/agenda/appuntamenti/{self.booking.id}/"


@dataclass(frozen=True)
class Day:
    """Day of the owner's with its bookings."""

    day: date
    lines: list[Line]

    @property
    def name(self) -> str:
        """The day in words, its year too."""
        return long_day_year(self.day)

    @property
    def number(self) -> int:
        """How many bookings it has."""
        return len(self.lines)

    @property
    def address(self) -> str:
        """Where all of its hours are shown."""
        return day_address(self.day)


@dataclass(frozen=True)
class HistoryView:
    """History entry: something with its instant in words."""

    when: str
    what: str
    word: str | None = None


@dataclass(frozen=True)
class MailView:
    """Mail in a list: whom it is for and how far it has come."""

    what: str
    recipient: str
    state: str
    delivery: str


@dataclass(frozen=True)
class BouncedView:
    """Mail that came back: whom it was for, why it did, and its booking where that is one of a visitor."""

    id: str
    recipient: str
    why: str
    line: Line | None


def group_address(group_id: str) -> str:
    """Where a group is shown."""
    return f"/agenda/gruppi/{group_id}/"


def together(lines: Iterable[Line], groups: Mapping[str, str]) -> list[Line]:
    """Lines with those of each group made one, in the place of the first; `groups` has the group of a booking."""
    told: list[Line] = []
    places: dict[str, int] = {}
    for line in lines:
        group = groups.get(line.booking.id)
        if group is None:
            told.append(line)
        elif group in places:
            first = told[places[group]]
            told[places[group]] = replace(first, people=first.people + 1)
        else:
            places[group] = len(told)
            told.append(replace(line, group=group))
    return told


class Views:
    """View factory: makes the items of lists with the owner's content as it is now."""

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office = office

    @property
    def zone(self) -> ZoneInfo:
        """The owner's time zone at home."""
        return self._office().availability.timezone

    @property
    def where(self) -> Whereabouts:
        """Where the owner lives, date by date, and by which clock."""
        return self._office().availability.where

    def line(self, booking: Booking) -> Line:
        """Turn a booking into a line."""
        office, zone = self._office(), self.where.zone_at(booking.start)
        return Line(
            booking,
            meeting_of(booking, office.availability, office.identity),
            day_and_hour(booking.start, zone),
            hours(booking.start, booking.end, zone),
            clock(booking.end, zone),
            clock_name(zone),
            _(STATUSES[booking.status]),
        )

    def lines(self, bookings: Iterable[Booking]) -> list[Line]:
        """Turn bookings into lines."""
        return [self.line(booking) for booking in bookings]

    def requests(self, bookings: Iterable[Booking]) -> list[Line]:
        """Turn what waits into lines; of several dates that were asked together the first stands for all."""
        groups: dict[str, list[Booking]] = {}
        for booking in bookings:
            groups.setdefault(booking.series.id if booking.series else booking.id, []).append(booking)
        return [
            replace(self.line(first), together=tuple(self.moment(one.start) for one in others))
            for first, *others in groups.values()
        ]

    def days(self, bookings: Iterable[Booking], groups: Mapping[str, str] = _ALONE) -> list[Day]:
        """Gather bookings, which are in order of time, by the owner's day; those of one of the `groups` in one line."""
        lines, where = together(self.lines(bookings), groups), self.where
        by_day = groupby(lines, key=lambda line: where.day_of(line.booking.start))
        return [Day(day, list(of_day)) for day, of_day in by_day]

    def moment(self, instant: datetime) -> str:
        """Say an instant on the owner's clock."""
        return day_and_hour(instant, self.where.zone_at(instant))

    def mails(self, mails: Iterable[MailStatus]) -> list[MailView]:
        """Say how far mails have come."""
        return [
            MailView(
                what(mail),
                mail.recipient,
                "bounced" if mail.bounced_at else mail.state,
                delivery(mail, self.zone),
            )
            for mail in mails
        ]

    def bounced(self, mail: BouncedMail, booking: Booking | None) -> BouncedView:
        """Say of a mail that came back whom it was for and why it did."""
        line = self.line(booking) if booking else None
        return BouncedView(mail.id, mail.recipient, came_back(mail.bounce, self.moment(mail.bounced_at)), line)

    def replied(self, reply: KeptReply, booking: Booking) -> str:
        """Say what was answered to an invitation."""
        proposed = self.moment(reply.proposed) if reply.proposed else None
        return replied(reply, booking.sequence, booking.name, proposed)

    def history(
        self, happenings: Iterable[HistoryEntry], booking: Booking, replies: Iterable[KeptReply]
    ) -> list[HistoryView]:
        """Say what happened to a booking, and what was answered to its invitations, in the order of time."""
        where, who = self.where, booking.name
        told = [(one.at, happened(one, where.zone_at(one.start), who), one.word) for one in happenings]
        told += [(one.at, self.replied(one, booking), one.comment) for one in replies]
        return [HistoryView(self.moment(at), said, word) for at, said, word in sorted(told, key=itemgetter(0))]
