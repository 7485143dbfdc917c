"""What a post must pass before anything is read of it: it comes from our own pages, and not too often."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from fastapi import Request

from plugins.booking.problems import Problem
from plugins.booking.settings import RateLimit

_MOST_CLIENTS = 10_000


class OriginGate:
    """Refuses, with a 403, the posts that another site makes its visitors' browsers send.

    A browser names the page's origin (RFC 6454); whoever sends no Origin is no browser form, and passes.
    """

    def __init__(self, allowed: frozenset[str], dev: bool) -> None:
        self._allowed = allowed
        self._dev = dev

    async def __call__(self, request: Request) -> None:
        """Let a request pass, or raise Problem 403."""
        origin = request.headers.get("origin", "").lower()
        if not origin or origin in self._allowed:
            return
        # A page whose referrer policy hides it says "null", while the browser still vouches for it here.
        if origin == "null" and request.headers.get("sec-fetch-site") == "same-origin":
            return
        if self._dev and origin.partition("://")[2] == request.headers.get("host", "").lower():
            return
        raise Problem(403)


class RateGate:
    """Refuses, with a 429 and Retry-After, too many posts from one address; each process counts its own."""

    def __init__(self, limit: RateLimit | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, request: Request) -> None:
        """Count a request, or raise Problem 429."""
        if seconds := self.wait(request):
            words = f"Sono arrivati troppi invii in poco tempo. Riprova {within(seconds)}."
            raise Problem(429, words, headers={"Retry-After": str(seconds)})

    def wait(self, request: Request) -> int:
        """Count a request and return 0, or how many seconds are left before another may come."""
        if self._limit is None:
            return 0
        span = self._limit.span.total_seconds()
        now = self._monotonic()
        client = _network(request.client.host if request.client else "")
        times = self._seen.setdefault(client, deque())
        self._seen.move_to_end(client)
        while times and times[0] <= now - span:
            times.popleft()
        if len(times) >= self._limit.posts:
            return int(times[0] + span - now) + 1
        times.append(now)
        while len(self._seen) > _MOST_CLIENTS:
            self._seen.popitem(last=False)
        return 0


def within(seconds: int) -> str:
    """Say a wait in whole minutes, never shorter than it is."""
    minutes = -(-seconds // 60)
    return "fra un minuto" if minutes == 1 else f"fra {minutes} minuti"


def _network(host: str) -> str:
    """One key a client: an IPv6 customer holds a whole /64."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
