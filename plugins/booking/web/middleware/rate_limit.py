"""Rate limit and origin check of posts, before anything of the body is read."""

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
# Of a request without an origin: from a page of ours, from no page at all, or from no browser that says so.
_OWN_SITE = frozenset({"same-origin", "none", ""})


class OriginCheck:
    """Origin check (CSRF): refuses, with a 403, the posts that another site makes browsers send.

    A browser names the page's origin (RFC 6454), or says how the page's site stands to ours (Fetch Metadata); whoever
    says neither is no browser of today, and passes.
    """

    def __init__(self, allowed: frozenset[str], dev: bool) -> None:
        self._allowed = allowed
        self._dev = dev

    async def __call__(self, request: Request) -> None:
        """Let a request pass, or raise Problem 403."""
        # What is said twice is believed in neither voice.
        origins = {value.lower() for value in request.headers.getlist("origin")}
        sites = set(request.headers.getlist("sec-fetch-site"))
        if len(origins) > 1 or len(sites) > 1:
            raise Problem(403)
        origin, site = "".join(origins), "".join(sites)
        if origin in self._allowed:
            return
        # A page whose referrer policy hides it says "null", while the browser still vouches for it here.
        if site == "same-origin" if origin == "null" else not origin and site in _OWN_SITE:
            return
        if self._dev and origin.partition("://")[2] == request.headers.get("host", "").lower():
            return
        raise Problem(403)

    def readable(self, request: Request) -> dict[str, str]:
        """Return the headers that let the scripts of a page of ours read an answer, where it lives elsewhere (CORS)."""
        origin = request.headers.get("origin", "").lower()
        allowed = {"Access-Control-Allow-Origin": origin} if origin in self._allowed else {}
        return {"Vary": "Origin", **allowed}


class RateLimitCheck:
    """Rate limit: refuses, with 429 and Retry-After, too many posts from one address; each process counts its own."""

    def __init__(self, limit: RateLimit | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, request: Request) -> None:
        """Count a request, or raise Problem 429."""
        if seconds := self.wait(request):
            words = _("Sono arrivati troppi invii in poco tempo. Riprova %(wait)s.", wait=within(seconds))
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
