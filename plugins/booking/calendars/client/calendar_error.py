"""Errors of calendars: why one gave no usable answer, as a code with values, kept in the database as JSON.

English is for the log, which never holds an address; the owner's page says the code in the site's language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# Whoever says longer is asked again then: a clock may be wrong, or a header.
LONGEST_WAIT = timedelta(hours=6)


class Reason(StrEnum):
    """Code of an error; each names the values that its words need."""

    OTHER = "other"
    SLOW = "slow"  # seconds
    CONNECTION = "connection"
    UNKNOWN_HOST = "unknown_host"
    CERTIFICATE = "certificate"
    TOO_LONG = "too_long"  # bytes
    COMPRESSION = "compression"  # coding
    TOO_MANY = "too_many"
    CUT_SHORT = "cut_short"
    MOVED = "moved"  # to: the address, or its host where the address is a secret
    MOVED_UNSAFELY = "moved_unsafely"  # to
    MOVED_HERE = "moved_here"
    MOVED_IN_CIRCLES = "moved_in_circles"
    LOGIN_REFUSED = "login_refused"
    LOGIN_WANTED = "login_wanted"
    LOGIN_UNKNOWN = "login_unknown"  # scheme
    LOGIN_MISSING = "login_missing"  # variable
    NOT_CONNECTED = "not_connected"  # provider, and why: its code
    NO_SCOPE = "no_scope"  # the consent was given without calendars
    SWITCHED_OFF = "switched_off"  # the interface, in the project of the client id
    NO_TOKEN_NOW = "no_token_now"
    ADDRESS_MISSING = "address_missing"  # variable
    FORBIDDEN = "forbidden"
    NOT_THERE = "not_there"
    BUSY_SERVER = "busy_server"
    SERVER_ERROR = "server_error"  # status
    STATUS = "status"  # status
    EMPTY = "empty"
    SIGN_IN_PAGE = "sign_in_page"  # host
    WEB_PAGE = "web_page"
    NOT_ICALENDAR = "not_icalendar"  # format
    NOT_CALDAV = "not_caldav"
    NO_CALENDAR = "no_calendar"  # calendars: name and address of each that was found there
    NO_EVENTS = "no_events"  # calendars: as before


class Unanswered(Exception):
    """No usable answer of a calendar; its words are English, without the calendar's address or any secret."""

    def __init__(self, words: str, reason: Reason = Reason.OTHER, **values: Any) -> None:  # noqa: ANN401 - JSON
        super().__init__(words)
        self.reason = reason
        self.values: Mapping[str, Any] = values
        self.wait: timedelta | None = None  # as its server says

    def after(self, wait: timedelta | None) -> Unanswered:
        """Return it with how long its server says to wait."""
        self.wait = wait
        return self

    @property
    def stored(self) -> str:
        """Return what the database keeps of it."""
        return json.dumps({"reason": self.reason.value, **self.values}, ensure_ascii=False)

    def stored_at(self, now: datetime) -> str:
        """Return what the database keeps of it, with until when its calendar is left alone."""
        until = {"until": (now + self.wait).isoformat()} if self.wait else {}
        return json.dumps({"reason": self.reason.value, **self.values, **until}, ensure_ascii=False)


def waits_until(text: str | None, now: datetime) -> datetime | None:
    """Return until when a calendar is left alone, by what the database keeps of its last error."""
    found = read_stored(text) if text else None
    try:
        until = datetime.fromisoformat(found[1]["until"]) if found else None
        # Kept by a clock that was ahead, it may be years from now.
        return until if until and now < until < now + 2 * LONGEST_WAIT else None
    except (ValueError, KeyError, TypeError):
        return None


def read_stored(text: str) -> tuple[Reason, Mapping[str, Any]] | None:
    """Return the code and the values of what the database keeps; None of words that an earlier version kept."""
    try:
        found = json.loads(text)
        return Reason(found.pop("reason")), found
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
