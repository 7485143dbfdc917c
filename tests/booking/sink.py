"""An SMTP server on the loopback that misbehaves on demand, and knows which conversations were cut in their DATA."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy

from plugins.booking.server_urls import Relay, Security

# What becomes of a mail: "take", a reply of three digits, "drop" the line after the final dot unread, "keep" the mail
# and drop the line, or so many seconds to think before taking it.
Mood = str | float


@dataclass(frozen=True)
class Taken:
    """A mail as it came."""

    message_id: str
    recipient: str
    subject: str
    raw: bytes


class Sink:
    """Takes mail, or does to it what `mood` says, which is asked with the recipient at the end of each mail.

    `at_recipient` is asked with the recipient at RCPT, and may name a reply of three digits for it. With a `context` it
    speaks TLS, from the first word or after STARTTLS, and then wants to be told the password `word`. With a `token` it
    wants to be told that, and answers the login with three digits where `at_login` names them.
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, security: Security = "none", token: str | None = None
    ) -> None:
        self._token = token
        self.at_login: Callable[[], str] = lambda: ""
        self._context = context
        self._security = security
        self.passwords: list[str] = []
        self.mood: Callable[[str], Mood] = lambda recipient: "take"
        self.at_recipient: Callable[[str], str] = lambda recipient: ""
        self.absent = False  # whoever calls is not answered
        self.taken: list[Taken] = []
        self.cut = 0  # conversations that the other side left between the word DATA and the QUIT after it
        self.begun = 0  # mails whose DATA was begun
        self.relay = Relay("127.0.0.1", 0, "none")
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address for BOOKING_SMTP_URL."""
        return f"smtp://{self.relay.host}:{self.relay.port}"

    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [one.message_id for one in self.taken]

    def talk(self, line: socket.socket) -> None:
        """Hold one conversation."""
        if self.absent:
            line.close()
            return
        with suppress(OSError):
            line.settimeout(120)
            if self._context and self._security == "tls":
                line = self._context.wrap_socket(line, server_side=True)
            self._say(line, "220 sink")
            if self._hear(line) == "STARTTLS" and self._context:
                line = self._context.wrap_socket(line, server_side=True)
                self._hear(line)
        line.close()

    def _hear(self, line: socket.socket) -> str:
        """Answer one command after the other; return STARTTLS where that is what is wished."""
        inside, welcome = False, self._token is None
        recipient = ""
        with line.makefile("rb") as words, suppress(OSError):
            while heard := words.readline():
                verb = heard[:4].upper().strip()
                if verb == b"EHLO":
                    secured = isinstance(line, ssl.SSLSocket)
                    offered = "AUTH PLAIN" if secured else "STARTTLS" if self._context else "8BITMIME"
                    offered = "AUTH XOAUTH2" if self._token else offered
                    self._say(line, f"250-sink\r\n250 {offered}")
                elif heard.startswith(b"STARTTLS"):
                    self._say(line, "220 Go on")
                    return "STARTTLS"
                elif verb == b"AUTH" and self._token:
                    told = base64.b64decode(heard.split()[2]).decode()
                    reply = self.at_login() or ("235" if f"auth=Bearer {self._token}\x01" in told else "535")
                    welcome = reply == "235"
                    self._say(line, f"{reply} so it is")
                elif verb == b"MAIL" and not welcome:
                    self._say(line, "530 Who are you?")
                elif verb == b"AUTH":
                    self.passwords.append(base64.b64decode(heard.split()[2]).split(b"\0")[2].decode())
                    self._say(line, "235 Welcome" if self.passwords[-1] == "word" else "535 Who are you?")
                elif verb == b"RCPT":
                    recipient = heard.partition(b"<")[2].partition(b">")[0].decode()
                    reply = self.at_recipient(recipient)
                    self._say(line, f"{reply} not now" if reply else "250 OK")
                elif verb == b"DATA":
                    inside = True
                    with self._lock:
                        self.begun += 1
                    self._say(line, "354 Go on")
                    if not self._data(line, words, recipient):
                        inside = False
                        break
                elif verb == b"QUIT":
                    inside = False
                    self._say(line, "221 Bye")
                    break
                else:
                    self._say(line, "250 OK")
        if inside:
            with self._lock:
                self.cut += 1
        return ""

    def _data(self, line: socket.socket, words: Iterator[bytes], recipient: str) -> bool:
        """Take a mail in; False where it is we who leave."""
        mime = b""
        for heard in words:
            if heard == b".\r\n":
                break
            mime += heard[1:] if heard.startswith(b".") else heard
        else:
            return True
        mood = self.mood(recipient)
        if mood == "drop":
            return False
        if isinstance(mood, float):
            time.sleep(mood)
        elif mood.isdigit():
            self._say(line, f"{mood} not so")
            return True
        message = message_from_bytes(mime, policy=policy.default)
        one = Taken(str(message["Message-ID"]), recipient, str(message["Subject"]), mime)
        with self._lock:
            self.taken.append(one)
        if mood == "keep":
            return False
        self._say(line, "250 Taken")
        return True

    def _say(self, line: socket.socket, words: str) -> None:
        line.sendall(f"{words}\r\n".encode())


@contextmanager
def sinking(
    port: int = 0, context: ssl.SSLContext | None = None, security: Security = "none", token: str | None = None
) -> Iterator[Sink]:
    """Run a sink while the block lasts, on a free port unless one is given."""
    sink = Sink(context, security, token)
    with socket.create_server(("127.0.0.1", port)) as opened:
        sink.relay = Relay("127.0.0.1", opened.getsockname()[1], "none")
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    line, _ = opened.accept()
                    threading.Thread(target=sink.talk, args=[line], daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            ended.set()
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
    thread.join()
