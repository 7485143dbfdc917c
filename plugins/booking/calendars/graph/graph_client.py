"""Microsoft Graph client: requests with the connected account's token, and answers in pages (OData 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask, Question, Reply
from plugins.booking.calendars.client.token_login import TokenLogin, not_connected
from plugins.booking.calendars.graph.graph_error import GraphError

Json = Mapping[str, Any]

# Ids that stay when she moves an event, instants in UTC, and texts that need no reader of HTML.
_PREFER = 'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"'
OWN_CALENDAR = "me/calendar"
_MOST_PAGES = 60
_MOST_BYTES = 16_000_000  # of all pages together
_SAFE = "$(),'"  # colons and strokes of a filter have to be escaped


class GraphClient:
    """Graph client of the connected account; every method raises Unanswered, and GraphError where Graph answers."""

    def __init__(self, base: str, login: TokenLogin, ask: Ask, clock: Callable[[], datetime]) -> None:
        self._base = base.rstrip("/") + "/"
        self._login = login
        self._ask = ask
        self._clock = clock

    def address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Return the address of a resource, each part of `path` quoted by whoever made it."""
        asked = "?" + urlencode(query, quote_via=quote, safe=_SAFE) if query else ""
        return f"{self._base}{path}{asked}"

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """Read a resource."""
        return _json(self._answered("GET", self.address(path, query)))

    def send(self, method: str, path: str, body: Json | None = None, etag: str | None = None) -> Json:
        """Make, change or delete a resource, where `etag` is given only as long as it is that one."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if etag:
            headers["If-Match"] = etag
        written = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        reply = self._answered(method, self.address(path), headers, written)
        return _json(reply) if reply.body.strip() else {}

    def pages(self, address: str, prefer: str = "") -> Iterator[Json]:
        """Read a collection page by page; the last has no `@odata.nextLink`."""
        left = _MOST_BYTES
        for _ in range(_MOST_PAGES):
            reply = self._answered("GET", address, {"Prefer": f"{_PREFER}, {prefer}"} if prefer else {}, limit=left)
            page = _json(reply)
            left -= len(reply.body)
            yield page
            following = page.get("@odata.nextLink")
            if following is None:
                return
            address = self.own(following)
            if left <= 0:
                break
        raise Unanswered("its answer has too many pages", Reason.TOO_MANY)

    def own(self, link: object) -> str:
        """Return a link that leads to the same server: the token goes nowhere else."""
        try:
            if isinstance(link, str) and urlsplit(link)[:2] == urlsplit(self._base)[:2]:
                return link
        except ValueError:
            pass
        raise Unanswered("it leads on to another server", Reason.MOVED_UNSAFELY, to="")

    def _answered(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = _MOST_BYTES,
    ) -> Reply:
        sent = {"Prefer": _PREFER, "Accept": "application/json", **(headers or {})}
        reply = self._ask(Question(method, address, self._login, sent, body, limit))
        if reply.status == 401:
            raise not_connected(self._login.provider, "refused")
        if 200 <= reply.status < 300:
            return reply
        error = GraphError(reply, self._clock())
        if error.reason is Reason.FORBIDDEN and address.startswith(f"{self._base}{OWN_CALENDAR}/"):
            # Nobody else decides about it.
            raise Unanswered(f"{error}: the consent was given without calendars", Reason.NO_SCOPE)
        raise error


def _json(reply: Reply) -> Json:
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise Unanswered("its answer is not JSON", Reason.OTHER) from error
    if not isinstance(found, dict):
        raise Unanswered("its answer is no object of JSON", Reason.OTHER)
    return found


def entities(page: Json) -> list[Json]:
    """Return the resources of a page."""
    value = page.get("value")
    if not isinstance(value, list):
        raise Unanswered("its answer is no list", Reason.OTHER)
    return [one for one in value if isinstance(one, dict)]
