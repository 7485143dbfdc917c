"""The links that manage a booking: its id and a signature, nothing to store and nothing to guess."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

_ID_LENGTH = 32


class Tokens:
    """Signs booking ids, and reads them back; `secrets` gives the key that signs, then those still accepted.

    HMAC-SHA-256 (RFC 2104), cut to 128 bits.
    """

    def __init__(self, secrets: Callable[[], tuple[str, ...]]) -> None:
        self._secrets = secrets

    def sign(self, booking_id: str) -> str:
        """Return the token of a booking."""
        return booking_id + _signature(self._secrets()[0], booking_id)

    def read(self, token: str) -> str | None:
        """Return the booking id a token was made for, or None, in the same time for a wrong one."""
        booking_id, signature = token[:_ID_LENGTH], token[_ID_LENGTH:].encode()
        right = [hmac.compare_digest(_signature(key, booking_id).encode(), signature) for key in self._secrets()]
        return booking_id if any(right) else None


def _signature(key: str, booking_id: str) -> str:
    digest = hmac.digest(key.encode(), b"booking:" + booking_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
