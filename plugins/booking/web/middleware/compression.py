"""Compression of responses (Brotli, gzip), in pure ASGI.

RFC 7932, RFC 1952; RFC 9110, 8.4.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPENED_BY_A_COOKIE = "/agenda"
SLOTS = "/api/slots"
_LEAST = 500  # bytes, below which there is nothing to gain
# What costs a page a millisecond; the next steps cost many for one byte in a hundred.
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=6),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


class CompressionMiddleware:
    """Compression middleware: compresses visitors' pages and the free slots, where the client takes that.

    Those of the owner are sent as they are: a cookie opens them, so that another page could have her browser ask for
    them with words of its own, beside which their length, packed, tells what they hold piece by piece (BREACH). To ask
    for a visitor's page one has to know all that is secret in it, for that is its address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back packed."""
        if scope["type"] != "http" or scope["path"].startswith(_OPENED_BY_A_COOKIE):
            await self._app(scope, receive, send)
            return
        coding = coding_for(scope)
        waiting: Message | None = None

        async def sent(message: Message) -> None:
            nonlocal waiting
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if _may_be_packed(headers, scope["path"]):
                    headers.add_vary_header("Accept-Encoding")
                    if coding:
                        waiting = message  # its length is known with the body
                        return
            elif waiting and coding:
                start, waiting = waiting, None
                body = message.get("body", b"")
                if not message.get("more_body") and len(body) >= _LEAST:
                    message = {**message, "body": _CODINGS[coding](body)}
                    headers = MutableHeaders(scope=start)
                    headers["Content-Encoding"] = coding
                    headers["Content-Length"] = str(len(message["body"]))
                await send(start)
            await send(message)

        await self._app(scope, receive, sent)


def _may_be_packed(headers: Headers, path: str) -> bool:
    worthwhile = path == SLOTS or headers.get("content-type", "").startswith("text/html")
    # A file of the site, in development, has an ETag: packed it would have to be another one.
    return worthwhile and not {"content-encoding", "etag"} & {*headers}


def coding_for(scope: Scope) -> str | None:
    """The best coding that a client takes (RFC 9110, 12.5.3); None for one that says nothing."""
    taken = set()
    for one in ",".join(Headers(scope=scope).getlist("accept-encoding")).split(","):
        name, _, weight = one.partition(";")
        if weight.replace(" ", "").lower().rstrip("0.") != "q=":
            taken.add(name.strip().lower().removeprefix("x-"))
    return next((coding for coding in _CODINGS if coding in taken), None)
