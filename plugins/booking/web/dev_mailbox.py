"""Development mailbox: a real SMTP server on the loopback, its mails shown at /posta/."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.responses import HTMLResponse, Response

from plugins.booking.server_urls import Relay
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.page_router import PageRouter

_MOST_MAILS = 200


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that can be downloaded."""

    name: str
    url: str


@dataclass(frozen=True)
class Received:
    """A mail as the templates show it, and as it came."""

    id: str
    raw: bytes
    message: EmailMessage
    to: str

    @property
    def from_(self) -> str:
        """The sender."""
        return str(self.message["From"])

    @property
    def subject(self) -> str:
        """The subject."""
        return str(self.message["Subject"])

    @property
    def date(self) -> str:
        """The date, as the mail says it."""
        return str(self.message["Date"])

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def plain(self) -> str:
        """The plain text."""
        return self._text("plain")

    @property
    def html(self) -> str:
        """The HTML."""
        return self._text("html")

    @property
    def has_invitation(self) -> bool:
        """Whether a calendar invitation comes with it."""
        return any(part.get_content_type() == "text/calendar" for part in self.message.walk())

    @property
    def attachments(self) -> list[Attachment]:
        """What can be downloaded, the whole mail included."""
        named = [Attachment(name, f"/posta/{self.id}/{name}") for name, _ in self.files()]
        return [*named, Attachment("messaggio.eml", f"/posta/{self.id}/messaggio.eml")]

    def files(self) -> Iterator[tuple[str, EmailMessage]]:
        """Yield each attachment with its file name."""
        for number, part in enumerate(self.message.iter_attachments(), start=1):
            yield part.get_filename() or f"allegato-{number}", part

    def _text(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class Mailbox:
    """Development mailbox: receives mail on a free port of the loopback and keeps the last of it in memory."""

    def __init__(self) -> None:
        self._mails: deque[Received] = deque(maxlen=_MOST_MAILS)
        self._numbers = count(1)
        self._server: asyncio.Server | None = None

    async def start(self) -> Relay:
        """Open the port and return the relay to send to."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="localhost", loop=loop), "127.0.0.1", 0)
        return Relay("127.0.0.1", self._server.sockets[0].getsockname()[1], "none")

    async def stop(self) -> None:
        """Close the port."""
        if self._server:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail in; called by the SMTP server."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = message_from_bytes(raw, policy=policy.default)
        self._mails.append(Received(str(next(self._numbers)), raw, message, ", ".join(envelope.rcpt_tos)))
        return "250 OK"

    def routes(self, render: Callable[..., str]) -> PageRouter:
        """Return the pages of the mailbox."""
        router = PageRouter("/posta")

        @router.get("/")
        def mails() -> Response:
            return HTMLResponse(render("posta/list.html", mails=list(reversed(self._mails))))

        @router.get("/{number}/")
        def mail(number: str) -> Response:
            return HTMLResponse(render("posta/mail.html", mail=self._mail(number)))

        @router.get("/{number}/{name}")
        def download(number: str, name: str) -> Response:
            found = self._mail(number)
            if name == "messaggio.eml":
                return Response(found.raw, media_type="message/rfc822")
            for file_name, part in found.files():
                if file_name == name:
                    return Response(part.get_payload(decode=True), media_type=part.get_content_type())
            raise Problem(404)

        return router

    def _mail(self, number: str) -> Received:
        for mail in list(self._mails):
            if mail.id == number:
                return mail
        raise Problem(404)
