"""Rate limit of posts, before anything of the body is read."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from fastapi import Request

from plugins.booking.settings import RateLimit
from plugins.booking.web.middleware.problems import Problem
from plugins.domain.language import _, ngettext

_MOST_CLIENTS = 10_000


class RateLimitCheck:
    """Rate limit: refuses, with 429 and Retry-After, too many posts from one address; each process counts its own."""

    def __init__(self, limit: RateLimit | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, request: Request) -> None:
        """Count a request, or raise Problem 429."""
        if seconds := self.wait(request):
            words = _("Sono arrivati troppi invii in poco tempo. Riprova %(wait)s.", wait=wait_in_words(seconds))
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


def wait_in_words(seconds: int) -> str:
    """Say a wait in whole minutes, never shorter than it is."""
    return ngettext("fra un minuto", "fra %(number)s minuti", -(-seconds // 60))


def _network(host: str) -> str:
    """One key a client: an IPv6 customer holds a whole /64."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    # A socket of both kinds shows an IPv4 client as one of IPv6, and all of those are in one /64 (RFC 4291, 2.5.5.2).
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False))
