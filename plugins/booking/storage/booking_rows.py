"""Booking rows: maps bookings to table rows, with the history of their changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.schema import bookings, history
from plugins.domain.agreed_meeting import AgreedMeeting, read_agreed
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking
from plugins.domain.questions import Answer, answer_of, text_of
from plugins.domain.series import SeriesPlace
from plugins.domain.wall_clock import Interval


@dataclass(frozen=True)
class Changed:
    """Result of a change: `claim` is the time the booking keeps from now on, None where that stays as it is.

    So many may share that time as `seats` says.
    """

    booking: Booking
    event: Event
    actor: Actor
    word: str | None = None
    claim: Interval | None = None
    seats: int | None = None
    envelopes: Sequence[Envelope] = ()
    in_series: bool = False  # one of several, told of together


@dataclass(frozen=True)
class LastChange:
    """The last that happened to a booking; `mail` is the state of the visitor's last mail, None where none is kept."""

    event: Event
    actor: Actor
    at: datetime
    mail: str | None = None


_ADD, _NOTE = insert(bookings), insert(history)


def add(connection: Connection, booking: Booking, busy: Interval) -> None:
    """Insert a booking."""
    agreed = booking.agreed.model_dump_json(exclude_none=True) if booking.agreed else None
    connection.execute(_ADD, _values(booking, busy) | {"agreed": agreed} | _place_in_series(booking.series))


def replace(connection: Connection, booking: Booking, before: Booking, busy: Interval | None) -> None:
    """Write a booking as it now is; its time too, where that has changed.

    What was agreed stays as it was kept, with what a later version may have added, but for the place of another time
    and for another video room.
    """
    values = _values(booking, busy)
    if booking.agreed != before.agreed and booking.agreed is not None:
        values["agreed"] = _changed_agreed(connection, before, booking.agreed)
    connection.execute(update(bookings).where(bookings.c.id == booking.id).values(values))


def _changed_agreed(connection: Connection, before: Booking, agreed: AgreedMeeting) -> str:
    """What was agreed with what has changed of it, and all else of it as whatever version has kept it."""
    kept = connection.execute(select(bookings.c.agreed).where(bookings.c.id == before.id)).scalar_one() or "{}"
    then = before.agreed.model_dump(mode="json") if before.agreed else {}
    now = agreed.model_dump(mode="json")
    changed = {name: value for name, value in now.items() if value != then.get(name)}
    return json.dumps(json.loads(kept) | changed, ensure_ascii=False)


def note(connection: Connection, changed: Changed, start: datetime, now: datetime) -> None:
    """Add a change to the history of its booking; `start` is when the meeting was to be before it."""
    values = {
        "id": new_id(now),
        "booking_id": changed.booking.id,
        "at": now,
        "event": changed.event.value,
        "actor": changed.actor.value,
        "start": start,
        "word": changed.word,
        "in_series": True if changed.in_series else None,
    }
    connection.execute(_NOTE, values)


def booking_of(row: Row[Any]) -> Booking:
    """Read a booking from its row."""
    values = {name: row._mapping[name] for name in Booking.model_fields if name != "series"}
    agreed = None if row.agreed is None else read_agreed(row.agreed)
    series = None
    if row.series_id is not None:
        series = json.loads(row.series_rule) | {"id": row.series_id, "number": row.series_number}
    answers = read_answers(row.answers, agreed)
    return Booking.model_validate(values | {"answers": answers, "agreed": agreed, "series": series})


def read_answers(kept: str, agreed: AgreedMeeting | None) -> dict[str, Answer]:
    """Read the answers of a booking by the types that their questions had when it was agreed."""
    texts: dict[str, str] = json.loads(kept)
    questions = {question.key: question for question in agreed.questions} if agreed else {}
    typed = {key: answer_of(questions[key], text) if key in questions else text for key, text in texts.items()}
    return {key: texts[key] if answer is None else answer for key, answer in typed.items()}


def newest_revision(connection: Connection, booking: Booking) -> Booking:
    """The booking at the revision that its invitations have come to; those of a series share one count."""
    if booking.series is None:
        return booking
    newest = select(func.max(bookings.c.sequence)).where(bookings.c.series_id == booking.series.id)
    return booking.model_copy(update={"sequence": connection.execute(newest).scalar_one()})


def series_of(connection: Connection, booking_id: str) -> str:
    """The first booking of a booking's series, which the mails about several dates are about; itself at least."""
    found = connection.execute(select(bookings.c.series_id).where(bookings.c.id == booking_id)).scalar_one_or_none()
    return found or booking_id


def _place_in_series(series: SeriesPlace | None) -> dict[str, object]:
    if series is None:
        return {}
    rule = series.model_dump_json(exclude={"id", "number"})
    return {"series_id": series.id, "series_number": series.number, "series_rule": rule}


def _values(booking: Booking, busy: Interval | None) -> dict[str, object]:
    values = dict(booking) | {
        "status": booking.status.value,
        "answers": json.dumps({key: text_of(one) for key, one in booking.answers.items()}, ensure_ascii=False),
    }
    del values["agreed"], values["series"]
    return values | ({"busy_from": busy.start, "busy_until": busy.end} if busy else {})
