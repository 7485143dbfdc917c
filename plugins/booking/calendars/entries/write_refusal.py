"""Refusals of calendar writes: which answers of a server no waiting will change (RFC 9110, RFC 4791)."""

from __future__ import annotations

from enum import StrEnum

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered


class Refusal(StrEnum):
    """Why a server refuses a write for good, until somebody mends something."""

    NOT_CONNECTED = "not_connected"
    SWITCHED_OFF = "switched_off"
    LOGIN = "login"
    FORBIDDEN = "forbidden"
    NO_CALENDAR = "no_calendar"
    NOT_WRITABLE = "not_writable"
    TAKEN = "taken"  # something else stands under its name, or its UID is where it cannot be found
    FULL = "full"
    NOT_ACCEPTED = "not_accepted"
    OTHER = "other"


_BY_STATUS = {
    401: Refusal.LOGIN,
    402: Refusal.FULL,
    403: Refusal.FORBIDDEN,
    404: Refusal.NO_CALENDAR,
    405: Refusal.NOT_WRITABLE,
    409: Refusal.TAKEN,
    410: Refusal.NO_CALENDAR,
    412: Refusal.TAKEN,
    413: Refusal.FULL,
    415: Refusal.NOT_ACCEPTED,
    422: Refusal.NOT_ACCEPTED,
    501: Refusal.NOT_WRITABLE,
    507: Refusal.FULL,
}
_PASSING = {408, 421, 423, 425, 429}
# Preconditions that a body names (RFC 4791, 5.3.2.1; RFC 4331, 6).
_BY_WORD = {
    b"quota-not-exceeded": Refusal.FULL,
    b"sufficient-disk-space": Refusal.FULL,
    b"max-resource-size": Refusal.FULL,
    b"valid-calendar": Refusal.NOT_ACCEPTED,
    b"supported-calendar": Refusal.NOT_ACCEPTED,
    b"no-uid-conflict": Refusal.TAKEN,
    b"unique-scheduling-object-resource": Refusal.TAKEN,
}

# Of an address that is asked what it is before anything is written there.
_BY_REASON = {
    Reason.NOT_CONNECTED: Refusal.NOT_CONNECTED,
    Reason.NO_SCOPE: Refusal.NOT_CONNECTED,
    Reason.SWITCHED_OFF: Refusal.SWITCHED_OFF,
    Reason.LOGIN_MISSING: Refusal.LOGIN,
    Reason.LOGIN_REFUSED: Refusal.LOGIN,
    Reason.LOGIN_WANTED: Refusal.LOGIN,
    Reason.LOGIN_UNKNOWN: Refusal.LOGIN,
    Reason.FORBIDDEN: Refusal.FORBIDDEN,
    Reason.ADDRESS_MISSING: Refusal.NO_CALENDAR,
    Reason.MOVED: Refusal.NO_CALENDAR,
    Reason.MOVED_UNSAFELY: Refusal.NO_CALENDAR,
    Reason.MOVED_HERE: Refusal.NO_CALENDAR,
    Reason.NOT_CALDAV: Refusal.NO_CALENDAR,
    Reason.NOT_THERE: Refusal.NO_CALENDAR,
    Reason.NO_CALENDAR: Refusal.NO_CALENDAR,
    Reason.NO_EVENTS: Refusal.NOT_WRITABLE,
}


class WriteFailed(Unanswered):
    """A write that a server did not do: `refusal` is None where it may do it later."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.refusal = _refusal(status, body)
        words = f"it answers {status}" + (f": {self.refusal}" if self.refusal else "")
        super().__init__(words, Reason.STATUS, status=status)


def refusal_of(error: Unanswered) -> Refusal | None:
    """Say why a write is refused for good; None where waiting may help."""
    return error.refusal if isinstance(error, WriteFailed) else _BY_REASON.get(error.reason)


def _refusal(status: int, body: bytes) -> Refusal | None:
    if status in _PASSING or (status >= 500 and status not in _BY_STATUS):
        return None
    if status in {400, 403, 409, 412, 507}:
        for word, refusal in _BY_WORD.items():
            if word in body:
                return refusal
    return _BY_STATUS.get(status, Refusal.OTHER)
