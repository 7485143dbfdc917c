"""Origin check of posts (CSRF), before anything of the body is read."""

from __future__ import annotations

from fastapi import Request

from plugins.booking.web.middleware.problems import Problem

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
