"""API schemas: the pydantic models of the OpenAPI document.

The domain, not these, decides what is valid.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from plugins.booking.web.language_schemas import InLanguage, OfLanguage
from plugins.booking.web.middleware.problems import WORDS
from plugins.booking.web.series_schemas import MayRepeatOut, RepeatIn

# What is answered by 400 and what by 422; bodies.py holds to it.
_READABLE = (
    "One JSON object (RFC 8259) in UTF-8 of at most 64 kB. What cannot be read gets a 400: no JSON, NaN, a number of "
    "thousands of digits, more than 20 levels, a name given twice, a name that is no Unicode text (half of a surrogate "
    "pair). What can be read and not accepted gets a 422 with all `errors`; half of a pair in a value is one of them."
)
POST_PROBLEMS = (400, 403, 408, 413, 415, 422, 429, 503)
MailState = Literal["bounced", "undeliverable"]
# By the state in the outbox, where the visitor does not have it.
MAIL_STATES: dict[str, MailState] = {"bounced": "bounced", "dead": "undeliverable", "let go": "undeliverable"}


class QuestionOut(BaseModel):
    """A question of a meeting; `when` names the answers to others that lead to it, any of those listed."""

    key: str
    label: str
    type: Literal["text", "long", "choice", "choices", "number", "date", "yes_no"]
    required: bool = False
    options: list[str] | None = None
    when: dict[str, list[bool | str]] | None = None
    min: float | str | None = Field(default=None, description="A number, or a day")
    max: float | str | None = None
    help: str | None = None


class PlaceOut(BaseModel):
    """A place where a meeting in person is held."""

    slug: str
    name: str
    address: str
    how_to_get_there: str | None = None


class MeetingOut(BaseModel):
    """A kind of meeting."""

    slug: str
    title: str
    minutes: int
    where: Literal["video", "phone", "in_person"]
    confirmation: Literal["automatic", "manual"]
    price: str | None = Field(default=None, description="What it costs, in the owner's words")
    repeat: MayRepeatOut | None = Field(default=None, description="Where several dates can be booked at once.")
    waiting: bool | None = Field(default=None, description="True where one can wait for a time to come free.")
    seats: int | None = Field(default=None, description="How many people may book one and the same time")
    questions: list[QuestionOut] | None = Field(default=None, description="Where one of them is more than a text")
    places: list[PlaceOut] | None = Field(default=None, description="Where it is held in person, if its hours say so")


class SlotOut(BaseModel):
    """A free slot: RFC 3339 with an offset, and its start in words, on the owner's clock and in her language."""

    start: str = Field(examples=["2027-01-11T10:30:00+01:00"])
    end: str = Field(examples=["2027-01-11T11:00:00+01:00"])
    day: str = Field(examples=["Monday 11 January"])
    time: str = Field(examples=["10:30"])
    left: int | None = Field(default=None, description="How many seats are left; of a meeting with seats alone")
    place: str | None = Field(None, description="The slug of one of `places`, where the hours name it.")


class SlotsOut(BaseModel):
    """The free slots of the days asked for; days are the owner's."""

    meeting: str
    timezone: str = Field(examples=["Europe/Rome"])
    slots: list[SlotOut]
    places: list[PlaceOut] | None = Field(None, description="Those that slots name, where any does.")


class BookingIn(InLanguage):
    """A booking asked for."""

    meeting: str
    start: str = Field(examples=["2027-01-11T10:30:00+01:00"])
    name: str
    email: str
    phone: str | None = None
    service: str | None = None
    message: str | None = None
    answers: dict[str, str | float | bool | list[str]] | None = Field(
        None,
        description="By the key of each question of the meeting, in the type it asks for; a date as YYYY-MM-DD.",
    )
    timezone: str | None = Field(None, description="The visitor's own, for her mails.", examples=["Asia/Kathmandu"])
    repeat: RepeatIn | None = None


class RescheduleIn(InLanguage):
    """Another start for a booking; more of its series moves by as much, where the scope is wider."""

    start: str = Field(examples=["2027-01-11T10:30:00+01:00"])
    scope: Literal["one", "following", "all"] = "one"
    new_room: bool | None = Field(None, description="A new video room, where each booking has one; else it stays.")


class CancelIn(InLanguage):
    """Why a booking is called off."""

    reason: str | None = None
    scope: Literal["one", "following", "all"] = Field("one", description="How much of its series.")


class BookingOut(OfLanguage):
    """A booking as it is; the last part of `manage_url` is its token."""

    id: str
    status: Literal["pending", "confirmed", "declined", "expired", "cancelled", "done", "no_show"]
    meeting: str
    start: str
    end: str
    manage_url: str
    calendar_url: str
    address: str | None = Field(None, description="Of a meeting in person whose hours name their place.")
    how_to_get_there: str | None = None
    mail: MailState | None = Field(None, description="With GET, where the last mail to the visitor has not arrived.")


class SeriesBookingOut(BookingOut):
    """A booking as it is; of a series, all its bookings by the order of its dates."""

    series: list[BookingOut] | None = None


class MessageIn(InLanguage):
    """A message to the owner."""

    name: str
    email: str
    message: str
    subject: str | None = None
    service: str | None = None


class MessageOut(OfLanguage):
    """A message kept."""

    id: str


class WaitingIn(InLanguage):
    """Somebody who asks to be told when a time comes free; days are the owner's, both included, at most 62."""

    meeting: str
    name: str
    email: str
    from_: str = Field(alias="from", examples=["2027-01-11"])
    to: str = Field(examples=["2027-02-10"])
    service: str | None = None
    timezone: str | None = Field(None, description="The visitor's own, for her mails.", examples=["Asia/Kathmandu"])


class WaitingOut(OfLanguage):
    """Kept until confirmed by the mail that goes to the address; forgotten after two days without."""

    id: str
    meeting: str
    from_: str = Field(alias="from", examples=["2027-01-11"])
    to: str = Field(examples=["2027-02-10"])
    status: Literal["unconfirmed"]


class FieldFault(BaseModel):
    """What is wrong with one field, in Italian."""

    field: str
    message: str


class SeriesDateOut(BaseModel):
    """A date of a series that could not be booked: whether it is free, and if not why, and what is free near it."""

    date: str
    start: str | None
    free: bool
    detail: str | None = None
    nearest: list[SlotOut] | None = None


class ProblemOut(BaseModel):
    """An error (RFC 9457); `errors` comes with 422, `nearest` with 409."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldFault] | None = None
    nearest: list[SlotOut] | None = None
    dates: list[SeriesDateOut] | None = Field(None, description="Of a series that could not be booked, with 409.")


def answers(kind: Any, *problems: int, success: int = 200) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401
    """Describe the answers of a route: its success, then the problems it may tell."""
    told: dict[int | str, dict[str, Any]] = {
        status: {
            "description": WORDS[status][0],
            "content": {"application/problem+json": _schema(ProblemOut)},
        }
        for status in problems
    }
    return {success: {"description": "Fatto", "content": {"application/json": _schema(kind)}}, **told}


def body(kind: type[BaseModel]) -> dict[str, Any]:
    """Describe the JSON body a route reads, and the header that names an attempt."""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The same key and body get the same answer and one effect, for 24 hours at least.",
    }
    return {
        "parameters": [key],
        "requestBody": {"required": True, "description": _READABLE, "content": {"application/json": _schema(kind)}},
    }


@cache
def _schema(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    schema = TypeAdapter(kind).json_schema()
    return {"schema": _inlined(schema, schema.get("$defs", {}))}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401
    """Put each definition where it is referred to: OpenAPI would look for it elsewhere."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    return {name: _inlined(value, definitions) for name, value in node.items() if name != "$defs"}
