"""Room names: what nobody can guess of the address of a video room, one for each booking or for each group."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from plugins.booking.storage.booking_store import Store
from plugins.domain.availability import Meeting

_BYTES = 20  # 160 bits, and 32 letters without padding


class RoomNames:
    """Room names, random; that of a group is made of its time with a secret of this installation."""

    def __init__(self, store: Store) -> None:
        self._secret: Callable[[], str] = cache(lambda: store.secret("rooms", lambda: secrets.token_urlsafe(32)))

    def prepare(self) -> None:
        """Read the secret, before a transaction of one's own begins."""
        self._secret()

    def new(self, meeting: Meeting, start: datetime) -> str | None:
        """Return a name for a booking at a start, that of its group where there are seats; None without rooms."""
        if meeting.room is None:
            return None
        if meeting.seats is None:
            return _letters(secrets.token_bytes(_BYTES))
        about = f"{meeting.slug} {start.astimezone(UTC).isoformat()}"
        return _letters(hmac.digest(self._secret().encode(), about.encode(), "sha256")[:_BYTES])


def _letters(name: bytes) -> str:
    """Write a name in small letters and digits: some services make capitals small."""
    return base64.b32encode(name).decode().lower()
