"""Connection limits: bounds on slow or long request heads, and on unread answers."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from plugins.booking.web.middleware.security_headers import EVERYWHERE, SECRET
from plugins.domain.language import N_, _

HEAD_WITHIN_SECONDS = 10.0
TAKEN_WITHIN_SECONDS = 30.0
MOST_HEAD_BYTES = 64 * 1024
_WORDS = {
    400: ("Bad Request", N_("Questa richiesta non è HTTP.")),
    408: ("Request Timeout", N_("La richiesta ha impiegato troppo ad arrivare.")),
    431: ("Request Header Fields Too Large", N_("Le intestazioni della richiesta sono troppo lunghe.")),
}


class BoundedProtocol(HttpToolsProtocol):
    """HTTP protocol with limits: 408 and hangs up where a request's head is too slow, 431 where it is too long.

    The server waits for a head as long as the client likes and keeps all of it; from the first byte of the body on,
    `body_limit` counts.
    """

    head_within = HEAD_WITHIN_SECONDS
    taken_within = TAKEN_WITHIN_SECONDS
    most_head = MOST_HEAD_BYTES

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._be_content()
        self._is_read()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; between requests, wait again from the first byte of the next."""
        if self._between():
            self._wait()
            self._head += len(data)
        super().data_received(data)
        if not self._between():
            self._be_content()
        elif self._head > self.most_head:
            self._hang_up(431)

    def pause_writing(self) -> None:
        """Wait a while, and no longer, for a client that does not take its answer: it fills the memory."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.taken_within, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with a client that takes its answer after all."""
        self._is_read()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, under the headers of every answer."""
        self._hang_up(400)

    def _between(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self.head_within, self._hang_up, 408)

    def _be_content(self) -> None:
        self._head = 0
        if self._patience:
            self._patience.cancel()
            self._patience = None

    def _is_read(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def _hang_up(self, status: int) -> None:
        if self.transport.is_closing():
            return
        if status == 408 and not self._head:
            # Opened ahead by a browser and never used: an answer would be taken for one to the next request.
            self.transport.close()
            return
        reason, words = _WORDS[status]
        body = f"{_(words)}\n".encode()
        headers = {
            **EVERYWHERE,
            **SECRET,
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
