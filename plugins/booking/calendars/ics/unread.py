"""Unread time: what of a calendar may keep time that could not be read, and why; it is told, and takes trust away."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why time may be missing; the value is what programs and the database call it."""

    START = "start"
    END = "end"
    BACKWARDS = "backwards"
    ZONE = "zone"
    RULE = "rule"
    DATES = "dates"
    TOO_MUCH = "too_much"
    PERIOD = "period"
    BROKEN = "broken"


_MEANING = {
    Reason.START: "it has no DTSTART that can be read",
    Reason.END: "its end cannot be read; an hour is kept",
    Reason.BACKWARDS: "it ends before it begins",
    Reason.ZONE: "nobody says what its time zone is; it is kept on the owner's clock",
    Reason.RULE: "its RRULE, or a part of it, cannot be worked out",
    Reason.DATES: "one of its RDATEs cannot be read",
    Reason.TOO_MUCH: "it happens too often to work out, with all the others of its calendar",
    Reason.PERIOD: "a period of its FREEBUSY cannot be read",
    Reason.BROKEN: "a component does not end as it should",
}


class Unread(NamedTuple):
    """Event, by its words or its UID, of which time may be missing."""

    words: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.words}: {_MEANING[self.reason]}"
