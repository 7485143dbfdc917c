"""A real SMTP server on the loopback, which keeps what it takes and can be told to refuse."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from plugins.booking.server_urls import Relay


class Relaying:
    """What the server does with mail; `replies` are given first, one a mail, then every mail is taken."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.replies: list[str] = []
        self.relay = Relay("127.0.0.1", 0, "none")

    @property
    def url(self) -> str:
        """The address for BOOKING_SMTP_URL."""
        return f"smtp://{self.relay.host}:{self.relay.port}"

    def to(self, recipient: str) -> list[EmailMessage]:
        """The mails one address received."""
        return [mail for mail in self.taken if mail["To"] == recipient]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or give the next reply; called by the server."""
        if self.replies:
            return self.replies.pop(0)
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.raw.append(raw)
        self.taken.append(message_from_bytes(raw, policy=policy.default))
        return "250 OK"


@contextmanager
def smtp_server(port: int = 0) -> Iterator[Relaying]:
    """Run a server while the block lasts, on a free port unless one is given."""
    relaying = Relaying()
    loop = asyncio.new_event_loop()
    # In a thread from the first: a browser of the same process keeps a loop in this one.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opening = loop.create_server(lambda: SMTP(relaying, hostname="localhost", loop=loop), "127.0.0.1", port)
    try:
        opened = asyncio.run_coroutine_threadsafe(opening, loop).result()
    except OSError:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        raise
    relaying.relay = Relay("127.0.0.1", opened.sockets[0].getsockname()[1], "none")
    try:
        yield relaying
    finally:
        asyncio.run_coroutine_threadsafe(_close(opened), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(opened: asyncio.Server) -> None:
    opened.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
