"""Security headers on every answer, in pure ASGI."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.content.templates.security_policy import BETWEEN_ORIGINS, HEADERS, NO_PAGE

POLICY = "Content-Security-Policy"
# A page of the theme allows its own styles; of any other HTML nothing runs and nothing is shown in a frame.
EVERYWHERE = HEADERS | {POLICY: NO_PAGE}
# A token is a key: no cache, no search engine and no other site's log may keep it.
SECRET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def headers_of(path: str, elsewhere: bool) -> dict[str, str]:
    """The headers of an address; `elsewhere` are the pages of the site that a visitor comes from and goes back to."""
    common = BETWEEN_ORIGINS if elsewhere and not path.startswith("/agenda") else HEADERS
    return common | {POLICY: NO_PAGE}


class SecurityHeaders:
    """Adds the headers that an answer has not set itself; `page_policy` is what the endpoint's pages may do.

    Nothing is added to a 304: what it says takes the place of what the browser has kept (RFC 9111, 3.2), and only who
    gave the kept answer knows what that is.
    """

    def __init__(self, app: ASGIApp, page_policy: Callable[[], str], elsewhere: bool = False) -> None:
        self._app = app
        self._page_policy = page_policy
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 304:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault(POLICY, self._page_policy())
                for name, value in headers_of(scope["path"], self._elsewhere).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)
