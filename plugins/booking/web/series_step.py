"""Series step: the page between time and details where a visitor sees, drops and moves the dates of a series."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.series_booking import SeriesOffer
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.request_bodies import nested, repeated
from plugins.booking.web.view_models import SlotView, slot_value, slot_views
from plugins.domain.availability import Meeting
from plugins.domain.language import _
from plugins.domain.repetition import Repetition
from plugins.domain.requests import FieldError, InvalidRequest
from plugins.domain.series import SeriesDate

Fields = Mapping[str, str]
About = Mapping[str, object]  # what the page is about, as `BookingChoice.summary` tells it
PREFIX, DATE = "repeat.", "repeat.date."


@dataclass(frozen=True)
class DateView:
    """A date of a series as it is shown: the start it can have, or why it cannot, and what else it could have."""

    field: str
    day: date
    start: datetime | None
    value: str  # of the start it was moved to, else none
    reason: str
    is_dropped: bool
    near: list[SlotView]


@dataclass(frozen=True)
class SeriesChoice:
    """What a visitor has chosen of a series: its rule, and the dates that are free for it."""

    asked: Repetition
    offer: SeriesOffer


def without_dates(fields: Fields) -> dict[str, str]:
    """The fields without what was chosen for single dates, which another start does not have."""
    return {name: value for name, value in fields.items() if not name.startswith(DATE)}


def without_series(fields: Fields) -> dict[str, str]:
    """The fields without all that was chosen for a series."""
    return {name: value for name, value in fields.items() if not name.startswith(PREFIX)}


class SeriesStep:
    """Series step; its methods block, and raise Unavailable."""

    def __init__(self, booking_service: BookingService, render: Callable[..., str]) -> None:
        self._booking_service = booking_service
        self._render = render

    def choice(self, meeting: Meeting, start: datetime, fields: Fields) -> SeriesChoice | None:
        """Read which series is asked for, and judge it; None where none is. Raises InvalidRequest."""
        asked = self._booking_service.series.read(meeting, start, nested(repeated(fields)))
        return SeriesChoice(asked, self._booking_service.series.offer(meeting, start, asked)) if asked else None

    def lost(self, meeting: Meeting, start: datetime, fields: Fields, about: About) -> Response | None:
        """The page of the dates where some cannot be had, or what is asked cannot be read; None where all can."""
        try:
            choice = self.choice(meeting, start, fields)
        except InvalidRequest as invalid:
            return self.page(meeting, start, fields, about, "post", invalid.errors)
        if choice is None or choice.offer.can_be_booked:
            return None
        return self._dates(fields, choice, about, "post", 409)

    def taken(self, meeting: Meeting, taken: SeriesTaken, start: datetime, fields: Fields, about: About) -> Response:
        """The page of the dates, of which one was lost while the visitor read."""
        asked = self._booking_service.series.read(meeting, start, nested(repeated(fields)))
        assert asked is not None
        choice = SeriesChoice(asked, self._booking_service.series.offer_instead(meeting, taken))
        return self._dates(fields, choice, about, "post", 409)

    def page(
        self,
        meeting: Meeting,
        start: datetime,
        fields: Fields,
        about: About,
        method: str,
        errors: Iterable[FieldError] = (),
    ) -> Response:
        """Ask how often, and show the dates where that is known."""
        try:
            choice = self.choice(meeting, start, without_dates(fields) if errors else fields)
        except InvalidRequest as invalid:
            choice, errors = None, invalid.errors
        return self._dates(fields, choice, about, method, 422 if errors else 200, errors)

    def _dates(
        self,
        fields: Fields,
        choice: SeriesChoice | None,
        about: About,
        method: str,
        status: int,
        errors: Iterable[FieldError] = (),
    ) -> Response:
        dates = [_view(one, choice.offer) for one in choice.offer.dates] if choice else []
        refused = [
            FieldError(field=one.field, message=_("%(reason)s Scegline un altro, o salta la data.", reason=one.reason))
            for one in dates
            if one.reason and status == 409
        ]
        page = self._render(
            "booking/dates.html",
            **about,
            method=method,
            asked=choice.asked if choice else None,
            dates=dates,
            values=fields,
            kept=without_series(fields),
            errors=[*errors, *refused],
        )
        return answer_of(page, status)


def _view(one: SeriesDate, offer: SeriesOffer) -> DateView:
    return DateView(
        field=f"{DATE}{one.day.isoformat()}",
        day=one.day,
        start=one.start,
        value=slot_value(one.start) if one.start and one.is_moved else "",
        reason=" ".join(refusal.detail for refusal in one.refusals),
        is_dropped=one.is_dropped,
        near=slot_views(offer.near[one.day]),
    )
