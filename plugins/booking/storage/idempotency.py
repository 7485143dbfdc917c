"""Idempotency keys: one effect and one answer for one attempt, however often sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from plugins.booking.storage.schema import idempotency

# The contract promises 24 hours; the second day is for clocks and slow retries.
KEPT = timedelta(hours=48)

Answer = dict[str, Any]

_EARLIER = select(idempotency).where(idempotency.c.key == bindparam("made"))
_FORGET = delete(idempotency).where(idempotency.c.created_at < bindparam("before"))
_REMEMBER = insert(idempotency)


class KeyReused(Exception):
    """The same idempotency key came with another body."""


@dataclass(frozen=True)
class Attempt:
    """Request identity: what a caller asks, told apart by digests: the caller's words are not kept here."""

    key: str
    body: str


def attempt(action: str, key: str | None, fields: Mapping[str, object]) -> Attempt | None:
    """Name an attempt by the key its caller chose; None where the caller chose none."""
    return Attempt(_digest([action, key]), _digest(fields)) if key else None


def attempt_of_form(action: str, key: str | None, fields: Mapping[str, object]) -> Attempt:
    """Name an attempt made by a form: by its key, else by what it says, so that a double click has one effect.

    A page that shows a form again may have empty fields that the first had not, and ends its lines its own way.
    """
    said = _said(fields)
    return attempt(action, key, said) or Attempt(_digest([action, None, said]), _digest(said))


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            value = _said(value)
        elif isinstance(value, str):
            value = "\n".join(value.splitlines()).strip()
        if value not in ("", {}, None):
            told[name] = value
    return told


def replay(connection: Connection, made: Attempt) -> Answer | None:
    """Return the answer this attempt already got, or None; raises KeyReused."""
    row = connection.execute(_EARLIER, {"made": made.key}).one_or_none()
    if row is None:
        return None
    if row.body != made.body:
        raise KeyReused
    answer: Answer = json.loads(row.answer)
    return answer


def remember(connection: Connection, made: Attempt, answer: Answer, now: datetime) -> None:
    """Keep the answer beside its effect, and drop those past their time."""
    connection.execute(_FORGET, {"before": now - KEPT})
    row = {"key": made.key, "body": made.body, "answer": json.dumps(answer), "created_at": now}
    connection.execute(_REMEMBER, row)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
