"""Series in the JSON API: the dates of one that could not be booked, each with its reason and what is free near it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plugins.booking.service.series_booking import SeriesOffer
from plugins.booking.service.series_changes import Scope
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web.api_slots import slot_out
from plugins.booking.web.middleware.problems import Problem
from plugins.content.office import Office
from plugins.domain.language import _
from plugins.domain.requests import FieldError, InvalidRequest
from plugins.domain.series import SeriesDate


def series_taken(offer: SeriesOffer, office: Callable[[], Office]) -> Problem:
    """The answer to a series of which some dates cannot be had: nothing of it was booked."""
    words = _("Alcune date non si possono avere, e non è stato prenotato niente. Saltale, o spostale.")
    return Problem(409, words, dates=[_date(one, offer, office) for one in offer.dates if not one.is_dropped])


def series_refused(taken: SeriesTaken, office: Callable[[], Office]) -> Problem:
    """The answer to a move of several dates of which some cannot be had: all are where they were."""
    words = _("Alcune date non si possono spostare così, e sono rimaste tutte dov’erano.")
    return Problem(409, words, dates=[_date(one, SeriesOffer(taken.dates, {}), office) for one in taken.dates])


def asked_scope(fields: Mapping[str, object]) -> Scope:
    """Read how much of a series is meant; raises InvalidRequest."""
    said = fields.get("scope")
    if said is None:
        return Scope.ONE
    if said not in [one.value for one in Scope]:
        wrong = _("Scrivi quanto della serie: %(ways)s.", ways="one, following, all")
        raise InvalidRequest((FieldError(field="scope", message=wrong),))
    return Scope(said)


def _date(one: SeriesDate, offer: SeriesOffer, office: Callable[[], Office]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "date": one.day.isoformat(),
        "start": one.start.astimezone(office().availability.timezone).isoformat() if one.start else None,
        "free": not one.refusals,
    }
    if one.refusals:
        told["detail"] = " ".join(refusal.detail for refusal in one.refusals)
        told["nearest"] = [slot_out(slot, office().availability.timezone) for slot in offer.near.get(one.day, ())]
    return told
