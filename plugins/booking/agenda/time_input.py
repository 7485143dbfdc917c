"""Time input: parses days and hours as the owner types them, on the clock of each day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from plugins.booking.service.booking_service import ordinary
from plugins.domain.language import N_, _
from plugins.domain.pasted_text import plain_number
from plugins.domain.requests import FieldError, InvalidRequest, read_start
from plugins.domain.stays import Whereabouts
from plugins.domain.wall_clock import Interval, wall_instant

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(:00)?")
_NO_DAY = N_("Scrivi il giorno come anno-mese-giorno, per esempio 2027-01-12")
_NO_CLOCK = N_("Scrivi l’ora con due cifre e due cifre, per esempio 09:30")
_SKIPPED = N_("Quell’ora non esiste: quel giorno gli orologi la saltano.")
_MIDNIGHT = "00:00"
_LONGEST = timedelta(days=366)


def read_day(field: str, text: str) -> date:
    """Read `2027-01-12`; raises InvalidRequest."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not date.min.year + 1 < day.year < date.max.year - 1:
        raise InvalidRequest((FieldError(field=field, message=_(_NO_DAY)),))
    return day


def read_moment(fields: Mapping[str, str], day: str, clock: str, where: Whereabouts) -> datetime:
    """Read the fields named `day` and `clock` into UTC; raises InvalidRequest with both errors at once.

    Where the clocks are set back an hour comes twice, and the first is meant.
    """
    errors: list[FieldError] = []
    try:
        date_of = read_day(day, plain_number(fields.get(day, "")).strip())
    except InvalidRequest as invalid:
        errors += invalid.errors
    found = _CLOCK.fullmatch(plain_number(fields.get(clock, "")).strip())
    if found is None:
        errors.append(FieldError(field=clock, message=_(_NO_CLOCK)))
    if errors or found is None:
        raise InvalidRequest(tuple(errors))
    instant = wall_instant(date_of, int(found[1]) * 60 + int(found[2]), where.zone_on(date_of))
    if instant is None:
        raise InvalidRequest((FieldError(field=clock, message=_(_SKIPPED)),))
    return instant


def read_choice(fields: Mapping[str, str], where: Whereabouts) -> datetime:
    """Read a start that was typed as `day` and `time`, or else chosen as `start`; raises InvalidRequest."""
    if plain_number(fields.get("day", "")).strip() or plain_number(fields.get("time", "")).strip():
        return read_moment(fields, "day", "time", where)
    if not fields.get("start"):
        words = _("Scegli un orario libero, oppure scrivi giorno e ora.")
        raise InvalidRequest((FieldError(field="day", message=words),))
    return _ordinary(read_start(fields["start"]))


def read_stretch(fields: Mapping[str, str], where: Whereabouts) -> Interval:
    """Read `from_day`, `from_time`, `to_day`, `to_time`; raises InvalidRequest.

    Without a time a stretch begins with its first day and ends with its last; without a last day it is one day.
    """
    typed = {name: plain_number(value).strip() for name, value in fields.items()}
    typed["from_time"] = typed.get("from_time") or _MIDNIGHT
    typed["to_day"] = typed.get("to_day") or typed.get("from_day", "")
    errors: list[FieldError] = []
    start = end = None
    try:
        start = read_moment(typed, "from_day", "from_time", where)
    except InvalidRequest as invalid:
        errors += invalid.errors
    try:
        if not typed.get("to_time"):
            typed["to_day"] = f"{read_day('to_day', typed['to_day']) + timedelta(days=1):%Y-%m-%d}"
            typed["to_time"] = _MIDNIGHT
        end = read_moment(typed, "to_day", "to_time", where)
    except InvalidRequest as invalid:
        errors += invalid.errors if fields.get("to_day") or not errors else ()
    if start and end and end <= start:
        errors.append(
            FieldError(field="to_day", message=_("Questo tempo finisce prima di cominciare: controlla la fine."))
        )
    elif start and end and end - start > _LONGEST:
        errors.append(FieldError(field="to_day", message=_("È più di un anno: blocca un periodo più breve.")))
    if errors or start is None or end is None:
        raise InvalidRequest(tuple(errors))
    return Interval(start, end)


def _ordinary(start: datetime) -> datetime:
    if not ordinary(start):
        raise InvalidRequest((FieldError(field="start", message=_("Scegli un orario dall’elenco.")),))
    return start
