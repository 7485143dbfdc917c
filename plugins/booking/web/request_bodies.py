"""Request bodies: strict and bounded parsing of JSON and forms; none leads to a 500."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from plugins.booking.web.form_token import TOKEN, TRAP
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.visitor_language import speak_asked
from plugins.booking.web.question_fields import FURTHER, answers_given
from plugins.domain.availability import Meeting
from plugins.domain.language import _

_MOST_FIELDS = 100
_ABOUT_THE_FORM = frozenset({"idempotency_key", FURTHER, TOKEN, TRAP})
_REPEAT, _DATE = "repeat.", "date."
_DEEPEST = 20  # the API itself goes two deep
_FORM = "application/x-www-form-urlencoded"


async def _body(request: Request, kind: str, words: str) -> bytes:
    """Return the body of a request of one media type; raises Problem 400, 408, 413 or 415."""
    if _media_type(request) != kind:
        raise Problem(415, words)
    # What is compressed could be a thousand times as long as it arrives.
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(415, _("Questo indirizzo non accetta richieste compresse."), {"Accept-Encoding": "identity"})
    try:
        return await request.body()
    except ClientDisconnect:
        raise Problem(400) from None  # nobody is there to read it, and it is no error of ours


async def json_fields(request: Request) -> dict[str, object]:
    """Return the JSON object of a request (RFC 8259, UTF-8), and speak the language that it asks for.

    Raises Problem 413, 415, 400 or 422.
    """
    body = await _body(request, "application/json", _("Questo indirizzo accetta solo application/json."))
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant, object_pairs_hook=_clear_names)
    except (ValueError, RecursionError):
        # ValueError: no JSON, no UTF-8, NaN, a number of thousands of digits, a name given twice or half a letter.
        raise Problem(400, _("Il corpo della richiesta non è JSON valido.")) from None
    if _too_deep(value):
        raise Problem(400, _("Il corpo della richiesta ha troppi livelli, uno dentro l’altro."))
    if not isinstance(value, dict):
        raise Problem(422, _("Il corpo della richiesta deve essere un oggetto JSON."), errors=[])
    speak_asked(request.scope, value.get("language"))
    return value


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, the last of each name; raises Problem 413, 415 or 400."""
    return fields_of(await _body(request, _FORM, _("Questo indirizzo accetta solo i moduli di questo sito.")))


def fields_of(urlencoded: bytes | str) -> dict[str, str]:
    """Parse urlencoded text in UTF-8, of a form or of a query; raises Problem 400."""
    try:
        text = urlencoded.decode() if isinstance(urlencoded, bytes) else urlencoded
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem(400, _("Il modulo ha troppi campi o caratteri che non si possono leggere.")) from None
    return dict(pairs)


def nested(fields: Mapping[str, str], meeting: Meeting | None = None) -> dict[str, object]:
    """Gather the flat fields of a form as the domain and the JSON API have them, with its answers about a meeting."""
    plain: dict[str, object] = {
        name: value
        for name, value in fields.items()
        if name not in _ABOUT_THE_FORM and not name.startswith(("answers.", _REPEAT))
    }
    answers = answers_given(fields, meeting) if meeting else {}
    repeat = _repetition(fields)
    return plain | ({"answers": answers} if answers else {}) | ({"repeat": repeat} if repeat else {})


def repeated(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that speak of a series, to go along with the others."""
    return {name: value for name, value in fields.items() if name.startswith(_REPEAT) and value}


def _repetition(fields: Mapping[str, str]) -> dict[str, object]:
    """What a form says of a series: how often, and of each date whether it is left out or has another start."""
    asked = {name.removeprefix(_REPEAT): value for name, value in fields.items() if name.startswith(_REPEAT) and value}
    if "count" not in asked and "until" not in asked:
        return {}
    rule: dict[str, object] = {name: value for name, value in asked.items() if not name.startswith(_DATE)}
    dates = {name.removeprefix(_DATE): value for name, value in asked.items() if name.startswith(_DATE)}
    skip = [day for day, chosen in dates.items() if chosen == "skip"]
    return rule | {"skip": skip, "moved": {day: chosen for day, chosen in dates.items() if chosen != "skip"}}


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_deep(value: object) -> bool:
    """Say whether a value nests past what may be walked by recursion, whoever walks it later."""
    level = [value]
    for _level in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return any(isinstance(inner, dict | list) for inner in level)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _clear_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    "".join(value).encode()  # a lone surrogate in a name could not be told back
    if len(value) != len(pairs):
        raise ValueError("a name given twice")
    return value
