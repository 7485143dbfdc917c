"""Path prefix (reverse proxy): the endpoint below a path, and the pages of the site perhaps at another address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.content.cross_checks import IN_LANGUAGES

# The first parts of the addresses that the endpoint answers, also with a 404.
OWN = frozenset({"api", "appuntamenti", "messaggi", "agenda", "health", "metrics", "posta"})


@dataclass(frozen=True)
class Places:
    """Where links begin, without a stroke at the end: those to the endpoint, and those to the pages of the site.

    What is at the endpoint's own origin is named by its path alone.
    """

    endpoint: str = ""
    pages: str = ""

    @classmethod
    def of(cls, site_url: str, pages_url: str) -> Places:
        """The places of two public addresses."""
        own, pages = urlsplit(site_url), urlsplit(pages_url)
        is_own = (own.scheme, own.netloc) == (pages.scheme, pages.netloc)
        return cls(own.path, pages.path if is_own else pages_url)

    @property
    def elsewhere(self) -> str:
        """The origin of the pages, where it is not the endpoint's."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.pages)) if "://" in self.pages else ""

    def lead(self, address: str) -> str:
        """An address below the root as a browser has to be told it."""
        if not address.startswith("/") or address.startswith("//"):
            return address
        first, second, *_rest = [*address.partition("?")[0].split("/")[1:], ""]
        return (self.endpoint if first in OWN or second in IN_LANGUAGES else self.pages) + address


class PathPrefix:
    """Path middleware: takes the prefix from what is asked, and puts it into where an answer leads and its cookies."""

    def __init__(self, app: ASGIApp, places: Places) -> None:
        self._app = app
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a proxy may have taken the prefix away already."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        prefix = self._places.endpoint
        if prefix and scope["path"].startswith(f"{prefix}/"):
            raw = scope.get("raw_path")
            scope = {**scope, "path": scope["path"].removeprefix(prefix)}
            if raw:
                scope["raw_path"] = raw.removeprefix(prefix.encode("ascii", "ignore"))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = self._places.lead(headers["location"])
                if prefix and "set-cookie" in headers:
                    headers["set-cookie"] = headers["set-cookie"].replace("Path=/", f"Path={prefix}/")
            await send(message)

        await self._app(scope, receive, sent)
