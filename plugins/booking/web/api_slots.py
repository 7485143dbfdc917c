"""Free slots in the JSON API: which of them a request asks for, and how each is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from plugins.booking.service.booking_service import BookingService
from plugins.booking.web.middleware.problems import Problem
from plugins.content.templates.formats import hour, long_day
from plugins.domain.identity import Identity
from plugins.domain.language import Language, _, spoken
from plugins.domain.slots import Slot

MOST_DAYS = 62
_USUAL_DAYS = 30
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def slot_out(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    """Tell a slot in the owner's zone, with its offset, and its start as the pages say it."""
    start, language = slot.start.astimezone(zone), spoken()
    told: dict[str, Any] = {
        "start": _told(slot.start, zone),
        "end": _told(slot.end, zone),
        "day": _day_said(start.date(), language),
        "time": _time_said(start.time(), language),
    }
    if slot.left is not None:
        told["left"] = slot.left
    if slot.place:
        told["place"] = slot.place
    return told


def places_out(slugs: Iterable[str | None], identity: Identity) -> dict[str, list[dict[str, str]]]:
    """Tell places with how to get there; nothing where none is named."""
    places = [place for slug in sorted({one for one in slugs if one}) if (place := identity.place(slug))]
    return {"places": [one.model_dump(exclude_none=True) for one in places]} if places else {}


@lru_cache(maxsize=5_000)  # the same times are told to everybody, and a calendar takes most of its time to write them
def _told(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat()


@lru_cache(maxsize=500)
def _day_said(day: date, _language: Language) -> str:
    return long_day(day)


@lru_cache(maxsize=500)
def _time_said(time: time, _language: Language) -> str:
    return hour(time.hour * 60 + time.minute)


def asked_days(
    booking_service: BookingService, meeting: str | None, first: str | None, last: str | None
) -> tuple[date, date]:
    """Read the days of a request, today and thirty days by default; raises Problem 422 with every fault."""
    errors: list[dict[str, str]] = []
    if not meeting:
        errors.append(
            {
                "field": "meeting",
                "message": _("Scegli un tipo di appuntamento, per esempio meeting=conoscitiva."),
            }
        )
    start = _day("from", first, booking_service.today(), errors)
    end = _day("to", last, start and _later(start, _USUAL_DAYS), errors)
    if start and end and end < start:
        errors.append({"field": "to", "message": _("Il giorno finale viene prima di quello iniziale.")})
    if start and end and (end - start).days >= MOST_DAYS:
        errors.append({"field": "to", "message": _("Chiedi al massimo %(days)s giorni alla volta.", days=MOST_DAYS)})
    if errors or start is None or end is None:
        raise Problem(422, errors=errors)
    return start, end


def _day(field: str, text: str | None, default: date | None, errors: list[dict[str, str]]) -> date | None:
    if not text:
        return default
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        errors.append({"field": field, "message": _("Scrivi il giorno come anno-mese-giorno, per esempio 2027-01-11.")})
        return None


def asked_limit(text: str | None) -> int | None:
    """Read how many slots at most are asked for; None for all; raises Problem 422."""
    if text and not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise Problem(422, errors=[{"field": "limit", "message": _("Scrivi quanti orari vuoi, per esempio 3.")}])
    return int(text) if text else None


def _later(day: date, days: int) -> date:
    return date.max if (date.max - day).days < days else day + timedelta(days=days)
