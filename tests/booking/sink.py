"""An SMTP server on the loopback that misbehaves on demand, and knows which conversations were cut in their DATA."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy

from plugins.booking.settings import Relay

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

    `at_recipient` is asked with the recipient at RCPT, and may name a reply of three digits for it.
    """

    def __init__(self) -> None:
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
        inside = False
        recipient = ""
        with line, line.makefile("rb") as words, suppress(OSError):
            line.settimeout(120)
            self._say(line, "220 sink")
            while heard := words.readline():
                verb = heard[:4].upper().strip()
                if verb == b"RCPT":
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
def sinking(port: int = 0) -> Iterator[Sink]:
    """Run a sink while the block lasts, on a free port unless one is given."""
    sink = Sink()
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
