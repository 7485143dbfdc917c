"""Check failure: the step of a check of the relay that did not hold, and how to mend it."""

from __future__ import annotations

CERTIFICATE = (
    "name the relay in BOOKING_SMTP_URL as its certificate does; for an authority of your own set SSL_CERT_FILE to its"
    " certificate, for the endpoint and the worker alike"
)


class CheckFailure(Exception):
    """A step did not hold: what was seen, and how to mend it."""

    def __init__(self, step: str, seen: str, mend: str) -> None:
        super().__init__(step)
        self.step, self.seen, self.mend = step, seen, mend
