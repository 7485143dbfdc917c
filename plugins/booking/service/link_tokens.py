"""Link tokens: signed ids (HMAC) of the links that manage a booking or a place in the waiting list, or that
leave a word.

Nothing to store and nothing to guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

_ID_LENGTH = 32


class Tokens:
    """Token signer (HMAC) of booking ids; `secrets` gives the key that signs, then those still accepted.

    HMAC-SHA-256 (RFC 2104), cut to 128 bits.
    """

    def __init__(self, secrets: Callable[[], tuple[str, ...]]) -> None:
        self._secrets = secrets

    def sign(self, booking_id: str) -> str:
        """Return the token of a booking."""
        return booking_id + _signature(self._secrets()[0], booking_id)

    def sign_waiting(self, waiting_id: str) -> str:
        """Return the token of somebody on the waiting list."""
        return waiting_id + _signature(self._secrets()[0], waiting_id, "waiting")

    def read_waiting(self, token: str) -> str | None:
        """Return who on the waiting list a token was made for, or None, in the same time for a wrong one."""
        return self._read(token, "waiting")

    def sign_testimonial(self, booking_id: str) -> str:
        """Return the token by which the client of a booking leaves a word, and can do nothing else."""
        return booking_id + _signature(self._secrets()[0], booking_id, "testimonial")

    def read_testimonial(self, token: str) -> str | None:
        """Return the booking that a token lets be written about, or None, in the same time for a wrong one."""
        return self._read(token, "testimonial")

    def feed(self) -> str:
        """Return the token of the owner's calendar feed, which manages nothing."""
        return _signature(self._secrets()[0], "", "feed")

    def is_feed(self, token: str) -> bool:
        """Say whether a token opens the calendar feed, in the same time for a wrong one."""
        right = [hmac.compare_digest(_signature(key, "", "feed").encode(), token.encode()) for key in self._secrets()]
        return any(right)

    def form(self, begun: int) -> str:
        """Return the token of a form begun at a second since the epoch."""
        return f"{begun:x}.{_signature(self._secrets()[0], f'{begun:x}', 'form')}"

    def read_form(self, token: str) -> int | None:
        """Read when a form was begun, or None where the token is none of ours."""
        begun, _, signature = token.encode("utf-8", "replace").partition(b".")
        if not re.fullmatch(rb"[0-9a-f]{1,10}", begun):
            return None
        text = begun.decode()
        right = [hmac.compare_digest(_signature(key, text, "form").encode(), signature) for key in self._secrets()]
        return int(text, 16) if any(right) else None

    def read(self, token: str) -> str | None:
        """Return the booking id a token was made for, or None, in the same time for a wrong one."""
        return self._read(token, "booking")

    def _read(self, token: str, purpose: str) -> str | None:
        row_id, signature = token[:_ID_LENGTH], token[_ID_LENGTH:].encode("utf-8", "replace")
        right = [hmac.compare_digest(_signature(key, row_id, purpose).encode(), signature) for key in self._secrets()]
        return row_id if any(right) else None


def _signature(key: str, what: str, purpose: str = "booking") -> str:
    digest = hmac.digest(key.encode(), f"{purpose}:{what}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
