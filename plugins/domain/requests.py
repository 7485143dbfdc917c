"""What a visitor may ask: the fields of the two forms, read once into values, every error at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import Field

from plugins.domain.availability import Availability, Meeting
from plugins.domain.catalogue import Catalogue
from plugins.domain.email_address import checked_address
from plugins.domain.value import Value

NAME, SHORT, LONG = 100, 200, 5000
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bqBQ]\?")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters by their category that are drawn as nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class FieldError(Value):
    """What is wrong with one field, in Italian, and how to mend it."""

    field: str
    message: str


class InvalidRequest(ValueError):
    """A form that cannot be accepted as it is; `errors` has all that is wrong with it."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


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
    answers: dict[str, str] = Field(default_factory=dict)


class MessageRequest(Value):
    """A message to the owner."""

    name: str
    email: str
    message: str
    subject: str | None = None
    service: str | None = None


class _Fields:
    """Reads named fields and gathers what is wrong with each."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self.fields = fields
        self.errors: list[FieldError] = []

    def refuse(self, field: str, message: str) -> None:
        self.errors.append(FieldError(field=field, message=message))

    def text(
        self,
        field: str,
        missing: str | None = None,
        limit: int = SHORT,
        lines: bool = False,
        raw: object = None,
    ) -> str | None:
        raw = self.fields.get(field) if raw is None else raw
        if raw is None or (isinstance(raw, str) and not _visible(raw)):
            if missing:
                self.refuse(field, missing)
            return None
        if not isinstance(raw, str):
            self.refuse(field, "Questo campo deve essere un testo.")
            return None
        text = raw.replace("\r\n", "\n").strip() if lines else raw.strip(" ")
        if len(text) > limit:
            self.refuse(field, f"Il testo è troppo lungo: al massimo {limit} caratteri.")
        elif not _printable(text, lines):
            self.refuse(field, "Ci sono caratteri che non si possono usare: riscrivi il testo a mano.")
        else:
            return unicodedata.normalize("NFC", text)
        return None

    def email(self) -> str | None:
        text = self.text("email", "Inserisci la tua email, per esempio nome@esempio.it", 254)
        if text is not None:
            try:
                return checked_address(text)
            except ValueError as error:
                self.refuse("email", str(error))
        return None

    def service(self, catalogue: Catalogue) -> str | None:
        text = self.text("service")
        if text is None:
            return None
        service = catalogue.service(text)
        if service is None:
            self.refuse("service", "Questo servizio non c’è nel catalogo: scegline uno dall’elenco.")
        return service.slug if service else None


def _visible(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return any(unicodedata.category(char) not in {"Cf", "Zs", "Mn"} and char not in _BLANK for char in text.strip())


def _printable(text: str, lines: bool) -> bool:
    """Whether a text holds no control, no line separator, no lone surrogate and no encoded word (RFC 2047)."""
    body = text.replace("\n", "").replace("\t", "") if lines else text
    # Those that turn the reading direction show a text other than it is (Unicode TR 36).
    hidden = any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _TURNING for char in body)
    return not hidden and (lines or not _ENCODED_WORD.search(text))


def _start(fields: _Fields) -> datetime | None:
    text = fields.text("start", "Scegli un giorno e un orario.")
    if text is None:
        return None
    try:
        if not _RFC3339.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        fields.refuse("start", "L’orario non si legge: scrivilo con il fuso, per esempio 2027-01-11T10:30:00+01:00")
        return None


def _phone(fields: _Fields, meeting: Meeting | None) -> str | None:
    wanted = "Inserisci il numero a cui chiamarti, per esempio 333 1234567"
    phone = fields.text("phone", wanted if meeting and meeting.where == "phone" else None, 30)
    if phone is None:
        return None
    if not re.fullmatch(r"\+?[0-9 ()./-]+", phone) or sum(char.isdigit() for char in phone) < 6:
        fields.refuse("phone", "Scrivi il telefono con le sole cifre e il prefisso, per esempio +39 333 1234567")
        return None
    return phone


def _answers(fields: _Fields, meeting: Meeting | None) -> dict[str, str]:
    given = fields.fields.get("answers")
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        fields.refuse("answers", "Le risposte devono essere un gruppo «domanda: risposta».")
        return {}
    questions = {question.key: question for question in meeting.questions} if meeting else {}
    for key in given:
        if meeting and key not in questions:
            fields.refuse(f"answers.{str(key)[:40]}", "Questa domanda non è prevista per l’appuntamento scelto.")
    read = {}
    for key, question in questions.items():
        missing = f"Rispondi alla domanda «{question.label}»" if question.required else None
        raw = given.get(key)
        text = fields.text(f"answers.{key}", missing, 1000, lines=True, raw="" if raw is None else raw)
        if text is not None:
            read[key] = text
    return read


def read_booking(fields: Mapping[str, object], availability: Availability, catalogue: Catalogue) -> BookingRequest:
    """Read the fields of a booking; raises UnknownMeeting, or InvalidRequest with every error at once."""
    read = _Fields(fields)
    slug = read.text("meeting", "Scegli il tipo di appuntamento.")
    meeting = availability.meeting(slug) if slug else None
    if slug and meeting is None:
        raise UnknownMeeting(slug)
    start = _start(read)
    name = read.text("name", "Inserisci il tuo nome e cognome.", NAME)
    email = read.email()
    phone = _phone(read, meeting)
    service = read.service(catalogue)
    message = read.text("message", limit=LONG, lines=True)
    answers = _answers(read, meeting)
    if read.errors or slug is None or start is None or name is None or email is None:
        raise InvalidRequest(tuple(read.errors))
    return BookingRequest(
        meeting=slug, start=start, name=name, email=email, phone=phone,
        service=service, message=message, answers=answers,
    )  # fmt: skip


def read_message(fields: Mapping[str, object], catalogue: Catalogue) -> MessageRequest:
    """Read the fields of the contact form; raises InvalidRequest with every error at once."""
    read = _Fields(fields)
    name = read.text("name", "Inserisci il tuo nome.", NAME)
    email = read.email()
    subject = read.text("subject")
    service = read.service(catalogue)
    message = read.text("message", "Scrivi il messaggio.", LONG, lines=True)
    if read.errors or name is None or email is None or message is None:
        raise InvalidRequest(tuple(read.errors))
    return MessageRequest(name=name, email=email, subject=subject, service=service, message=message)
