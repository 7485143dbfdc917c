"""Mark of our entries in a mailbox: our UID in a named property (singleValueExtendedProperties) of the event."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# The set of names is of this program alone; it is part of every entry that was ever written.
_SPACE = uuid.UUID("5a1c2a6e-8f0e-4c55-9d2b-7f1b0a6d3c11")
NAME = f"String {{{_SPACE}}} Name MagliaUid"
_ID = "ID"  # beside the words of an entry
EXPAND = f"singleValueExtendedProperties($filter=id eq '{NAME}')"


def mark(uid: str) -> list[dict[str, str]]:
    """Return the property that says whose an event is."""
    return [{"id": NAME, "value": uid}]


def filter_of(uid: str) -> str:
    """Return the condition that finds the events of a UID; Graph compares values without regard to capitals."""
    quoted = uid.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{NAME}' and ep/value eq '{quoted}')"


def uid_of(event: Mapping[str, Any]) -> str | None:
    """Return the UID that an event is marked with."""
    found = event.get("singleValueExtendedProperties")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and str(one.get("id", "")).lower() == NAME.lower():
            return str(one.get("value", ""))
    return None


def transaction_id(*parts: object) -> str:
    """Return what lets Graph know a second POST of the same entry."""
    return str(uuid.uuid5(_SPACE, " ".join(map(str, parts))))


def original(events: Iterable[Mapping[str, Any]], known: str | None = None) -> Sequence[Mapping[str, Any]]:
    """Sort events of one UID: first the one that was written here; a copy that she has made bears its mark too.

    `known` is the id that it was given when it was written.
    """

    def order(event: Mapping[str, Any]) -> tuple[bool, bool, str, str]:
        start = event.get("start")
        at = str(start.get("dateTime", "")) if isinstance(start, dict) else ""
        return known not in ids_of(event), not event.get("transactionId"), at, str(event.get("id", ""))

    return sorted(events, key=order)


def ids_of(event: Mapping[str, Any]) -> tuple[object, object]:
    """Return the ids by which an event is known: its own, and that of the series that it is an occurrence of."""
    return event.get("id"), event.get("seriesMasterId")


def with_id(words: Mapping[str, str], event_id: str) -> str:
    """Return what is kept of an entry: its words, and the id by which it is found again."""
    return json.dumps({**words, _ID: event_id}, ensure_ascii=False)


def id_in(written: str | None) -> str | None:
    """Return the id in what is kept of an entry; None where another calendar had it, or nothing is kept."""
    try:
        found = json.loads(written or "{}").get(_ID)
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
