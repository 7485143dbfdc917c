"""Requests of visitors: validates the fields of the booking form and the contact form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field

from plugins.domain.answers import read_answers
from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Value
from plugins.domain.catalogue import Catalogue
from plugins.domain.email_address import checked_address
from plugins.domain.fields import LONG, NAME, Fields
from plugins.domain.fields import FieldError as FieldError
from plugins.domain.fields import InvalidRequest as InvalidRequest
from plugins.domain.language import _
from plugins.domain.pasted_text import plain_lines, plain_number, plain_words
from plugins.domain.questions import Answer
from plugins.domain.repetition import Repetition, read_repetition

Parsed = TypeVar("Parsed")
# Which addresses there are is told by whoever knows the domains beyond ASCII.
CheckAddress = Callable[[str], str]
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class UnknownMeeting(LookupError):
    """No meeting has that slug."""


class BookingRequest(Value):
    """A meeting asked for; `start` is aware and UTC."""

    meeting: str
    start: datetime
    name: str
    email: str
    phone: str | None = None
    service: str | None = None
    message: str | None = None
    answers: dict[str, Answer] = Field(default_factory=dict)
    timezone: str | None = None
    repeat: Repetition | None = None


class MessageRequest(Value):
    """A message to the owner."""

    name: str
    email: str
    message: str
    subject: str | None = None
    service: str | None = None


def read_start(raw: object) -> datetime:
    """Read the start of a meeting, RFC 3339, into UTC; raises InvalidRequest."""
    return _read("start", raw, _start)


def read_email(raw: object, check_address: CheckAddress = checked_address) -> str:
    """Read an address; raises InvalidRequest."""
    return _read("email", raw, Fields.email, check_address)


def read_word(field: str, raw: object) -> str | None:
    """Read a few optional lines, such as a reason; raises InvalidRequest."""
    return _read(field, raw, lambda read: read.text(field, limit=1000, lines=True, clean=plain_lines) or "") or None


def read_repeat(fields: Mapping[str, object], meeting: Meeting, start: datetime, zone: ZoneInfo) -> Repetition | None:
    """Read which series is asked for, None where none is; raises InvalidRequest."""
    read = Fields(fields)
    asked = read_repetition(read, meeting.repeat, start, zone, _start)
    if read.errors:
        raise InvalidRequest(tuple(read.errors))
    return asked


def read_flag(field: str, fields: Mapping[str, object]) -> bool:
    """Read `true` or `false`, which is what is left out; raises InvalidRequest."""
    raw = fields.get(field)
    if raw is not None and not isinstance(raw, bool):
        raise InvalidRequest((FieldError(field=field, message=_("Questo campo deve essere true o false.")),))
    return bool(raw)


def _read(
    field: str, raw: object, parse: Callable[[Fields], Parsed | None], check_address: CheckAddress = checked_address
) -> Parsed:
    read = Fields({field: raw}, check_address)
    parsed = parse(read)
    if parsed is None or read.errors:
        raise InvalidRequest(tuple(read.errors))
    return parsed


def _start(fields: Fields, field: str = "start", raw: object = None) -> datetime | None:
    text = fields.text(field, _("Scegli un giorno e un orario."), raw=raw, clean=plain_number)
    if text is None:
        return None
    with suppress(ValueError, OverflowError):
        if _RFC3339.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    fields.refuse(field, _("L’orario non si legge: scrivilo con il fuso, per esempio 2027-01-11T10:30:00+01:00"))
    return None


def _phone(fields: Fields, meeting: Meeting | None) -> str | None:
    wanted = _("Inserisci il numero a cui chiamarti, per esempio 333 1234567")
    phone = fields.text("phone", wanted if meeting and meeting.where == "phone" else None, 30, clean=plain_number)
    if phone is None:
        return None
    if not re.fullmatch(r"\+?[0-9 ()./-]+", phone) or sum(char.isdigit() for char in phone) < 6:
        fields.refuse("phone", _("Scrivi il telefono con le sole cifre e il prefisso, per esempio +39 333 1234567"))
        return None
    return phone


def read_booking(
    fields: Mapping[str, object],
    availability: Availability,
    catalogue: Catalogue,
    check_address: CheckAddress = checked_address,
) -> BookingRequest:
    """Read the fields of a booking; raises UnknownMeeting, or InvalidRequest with every error at once."""
    read = Fields(fields, check_address)
    slug = read.text("meeting", _("Scegli il tipo di appuntamento."), clean=plain_words)
    meeting = availability.meeting(slug) if slug else None
    if slug and meeting is None:
        raise UnknownMeeting(slug)
    start = _start(read)
    name = read.text("name", _("Inserisci il tuo nome e cognome."), NAME, clean=plain_words)
    email = read.email()
    phone = _phone(read, meeting)
    service = read.service(catalogue)
    message = read.text("message", limit=LONG, lines=True, clean=plain_lines)
    answers = read_answers(read, meeting.questions if meeting else None, fields.get("answers"))
    timezone = read.timezone()
    may = meeting.repeat if meeting else None
    repeat = read_repetition(read, may, start, availability.timezone, _start) if meeting else None
    if read.errors or slug is None or start is None or name is None or email is None:
        raise InvalidRequest(tuple(read.errors))
    return BookingRequest(
        meeting=slug, start=start, name=name, email=email, phone=phone,
        service=service, message=message, answers=answers, timezone=timezone, repeat=repeat,
    )  # fmt: skip


def read_message(
    fields: Mapping[str, object], catalogue: Catalogue, check_address: CheckAddress = checked_address
) -> MessageRequest:
    """Read the fields of the contact form; raises InvalidRequest with every error at once."""
    read = Fields(fields, check_address)
    name = read.text("name", _("Inserisci il tuo nome."), NAME, clean=plain_words)
    email = read.email()
    subject = read.text("subject", clean=plain_words)
    service = read.service(catalogue)
    message = read.text("message", _("Scrivi il messaggio."), LONG, lines=True, clean=plain_lines)
    if read.errors or name is None or email is None or message is None:
        raise InvalidRequest(tuple(read.errors))
    return MessageRequest(name=name, email=email, subject=subject, service=service, message=message)
