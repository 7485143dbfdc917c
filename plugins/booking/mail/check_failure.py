"""Check failure: the step of a check of the relay that did not hold, and how to mend it."""

from __future__ import annotations

from plugins.booking.server_urls import Relay

CERTIFICATE = (
    "name the relay in BOOKING_SMTP_URL as its certificate does; for an authority of your own set SSL_CERT_FILE to its"
    " certificate, for the endpoint and the worker alike"
)


def how_to_reach(relay: Relay, otherwise: str) -> str:
    """Say what to mend where nobody is reached: of a provider's own relay no host or port can be wrong."""
    if not relay.is_providers:
        return otherwise
    mend = "see whether this machine resolves names, and is let out to that host and port"
    if relay.kind != "smtp":
        return mend
    return (
        f"{mend}: many providers of servers block ports of SMTP; BOOKING_SMTP_URL={relay.token}+https:// goes over"
        f" HTTPS, and wants the account connected again (docs/{relay.token}.md)"
    )


class CheckFailure(Exception):
    """A step did not hold: what was seen, and how to mend it."""

    def __init__(self, step: str, seen: str, mend: str) -> None:
        super().__init__(step)
        self.step, self.seen, self.mend = step, seen, mend
