"""Series booking: the dates of a series as they can be had now, and the booking of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plugins.booking.mail.texts.series_mails import SeriesChange
from plugins.booking.service.agreement import agreement
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.room_names import RoomNames
from plugins.booking.service.spam_score import SpamSignals
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.idempotency import Answer, Attempt
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.series_store import SeriesStore, SeriesTaken
from plugins.content.office import Office
from plugins.domain.availability import Availability, Meeting
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import further_language
from plugins.domain.repetition import Repetition
from plugins.domain.requests import BookingRequest, read_repeat
from plugins.domain.series import SeriesDate, SeriesPlace, dates_of, judge_dates, near, series_reach, with_booked
from plugins.domain.slots import Slot


@dataclass(frozen=True)
class SeriesOffer:
    """The dates of a series, each with what stands against it, and the free times near each by its day."""

    dates: tuple[SeriesDate, ...]
    near: Mapping[date, tuple[Slot, ...]]

    @property
    def can_be_booked(self) -> bool:
        """Whether nothing stands against any date."""
        return not any(one.refusals for one in self.dates)


class SeriesBooking:
    """Series booking; every method raises Unavailable."""

    def __init__(
        self,
        store: Store,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._series = SeriesStore(store.engine)
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake
        self._rooms = RoomNames(store)

    def read(self, meeting: Meeting, start: datetime, fields: Mapping[str, object]) -> Repetition | None:
        """Parse which series is asked for, None where none is; raises InvalidRequest."""
        return read_repeat(fields, meeting, start, self._office().availability.timezone)

    def starts(self, start: datetime, asked: Repetition) -> list[datetime]:
        """Return the starts that a series asks for, whether or not they can be had."""
        return [one.start for one in dates_of(start, asked, self._office().availability.timezone) if one.start]

    def offer(self, meeting: Meeting, start: datetime, asked: Repetition) -> SeriesOffer:
        """Judge the dates of a series as it would be booked now; they are judged again as they are kept."""
        availability = self._office().availability
        return self._offer(meeting, dates_of(start, asked, availability.timezone), availability)

    def offer_instead(self, meeting: Meeting, taken: SeriesTaken) -> SeriesOffer:
        """Judge the dates of a series that could not be had, with the free times near each."""
        return self._offer(meeting, taken.dates, self._office().availability)

    def _offer(self, meeting: Meeting, dates: tuple[SeriesDate, ...], availability: Availability) -> SeriesOffer:
        now = self._clock()
        occupied = self._store.occupied(series_reach(meeting, dates, availability, now), now)
        judged = judge_dates(meeting, dates, availability, occupied, now)
        around = with_booked(meeting, judged, occupied)
        return SeriesOffer(judged, {one.day: near(meeting, one, availability, around, now) for one in judged})

    def bookings(self, booking: Booking) -> list[Booking]:
        """Find all the bookings of the series that a booking is of, none where it is of none."""
        return self._series.bookings(booking.series.id) if booking.series else []

    def book(
        self,
        request: BookingRequest,
        meeting: Meeting,
        rules: Availability,
        status: Status,
        actor: Actor,
        made: Attempt | None,
        weighed: SpamSignals,
    ) -> Answer:
        """Keep a booking for each date, with one mail to each side. Raises SeriesTaken, KeyReused, Unavailable."""
        asked, now = request.repeat, self._clock()
        assert asked is not None
        dates = dates_of(request.start, asked, rules.timezone)
        missing = [one for one in dates if one.start is None and not one.is_dropped]
        if missing:
            # An hour that the clocks skip: no booking can be written down for it.
            raise SeriesTaken(self._offer(meeting, dates, rules).dates)
        booked = self._bookings(request, meeting, dates, asked, rules, status, now)
        write = self._mail_composer
        mails = write.about_series(SeriesChange(Event.BOOKED, booked, booked, actor), now, weighed.status)
        answer = write.answer(booked[0]) | {"series": [write.answer(one) for one in booked]}
        told = self._series.book(booked, meeting, dates, rules, mails, answer, made, now, actor)
        self._wake()
        return told

    def _bookings(
        self,
        request: BookingRequest,
        meeting: Meeting,
        dates: tuple[SeriesDate, ...],
        asked: Repetition,
        rules: Availability,
        status: Status,
        now: datetime,
    ) -> list[Booking]:
        said = request.model_dump(exclude={"start", "repeat"})
        rule = {"first": request.start, "every": asked.every, "dates": asked.dates, "timezone": rules.timezone.key}
        series_id, room = "", None
        booked = []
        for one in dates:
            if one.start is None:
                continue
            if room is None or meeting.seats:
                room = self._rooms.new(meeting, one.start)  # one for all dates, or that of each date's group
            booking_id = new_id(now)
            series_id = series_id or booking_id
            booked.append(
                Booking(
                    id=booking_id,
                    status=status,
                    start=one.start,
                    end=one.start + timedelta(minutes=meeting.minutes),
                    created_at=now,
                    updated_at=now,
                    invited=status is Status.CONFIRMED,
                    agreed=agreement(self._office, meeting, one.start, rules, room),
                    language=further_language(),
                    series=SeriesPlace.model_validate(rule | {"id": series_id, "number": one.number}),
                    **said,
                )
            )
        return booked
