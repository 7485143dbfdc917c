"""Body limit: bounds the size of a request's body and its time to arrive.

In pure ASGI.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.booking.web.middleware.problems import Problem

LIMIT_BYTES = 64 * 1024
ARRIVES_WITHIN_SECONDS = 20.0


class BodyLimit:
    """Body limit: raises 413 to whoever reads too long a body, announced or not, and 408 when it comes too slowly.

    The server has no deadline for a whole request of its own, and a Content-Length may be absent or a lie.
    """

    def __init__(self, app: ASGIApp, limit: int = LIMIT_BYTES, arrives_within: float = ARRIVES_WITHIN_SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._arrives_within = arrives_within
        self._let_by = 16 * limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body under watch."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        deadline = asyncio.get_running_loop().time() + self._arrives_within
        received = 0
        complete = False

        async def watched() -> Message:
            if complete:
                return await receive()  # waits for the client to leave; no deadline for that
            message = await next_part()
            if received > self._limit or (announced.isdigit() and int(announced[:20]) > self._limit):
                # Who is still sending when the connection ends never reads the answer: what is left is let by.
                while not complete and received < self._let_by:
                    await next_part()
                raise Problem(413, headers={"Connection": "close"})
            return message

        async def next_part() -> Message:
            nonlocal received, complete
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, headers={"Connection": "close"}) from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, watched, send)
