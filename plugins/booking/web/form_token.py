"""Form token and honeypot: how long a form took, and whether its trap was filled.

Nothing of it refuses anything: a page without scripts has no token, and a browser may fill in what it should not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.spam_score import Signal
from plugins.booking.storage.engine import Unavailable

# What is about the form, and not about what is asked with it.
TOKEN, TRAP = "form_token", "website"
LEAST, MOST = timedelta(seconds=3), timedelta(days=1)


class FormTokens:
    """Form tokens: sign the instant at which a form is begun, and read it back: nothing is stored."""

    def __init__(self, tokens: Tokens, clock: Callable[[], datetime]) -> None:
        self._tokens = tokens
        self._clock = clock

    def token(self) -> str:
        """Return a token of now; none where the key that signs cannot be read."""
        try:
            return self._tokens.form(int(self._clock().timestamp()))
        except Unavailable:
            return ""

    def signals(self, fields: Mapping[str, str]) -> tuple[Signal, ...]:
        """Say what a posted form tells; raises Unavailable."""
        told: list[Signal] = ["TRAP_FILLED"] if fields.get(TRAP) else []
        token = fields.get(TOKEN, "")
        begun = self._tokens.read_form(token) if token else None
        if not token:
            told.append("NO_TOKEN")
        elif begun is None:
            told.append("FORGED_TOKEN")
        else:
            took = self._clock() - datetime.fromtimestamp(begun, UTC)
            if took < LEAST:
                told.append("TOO_FAST")
            elif took > MOST:
                told.append("STALE")
        return tuple(told)
