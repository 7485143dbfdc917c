"""A relay of one bad habit: it answers each command as it is told, and remembers every word it heard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from plugins.booking.server_urls import Relay

GOOD = {
    "greeting": "220 raw", "EHLO": "250 raw", "HELO": "250 raw", "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 go on", "end": "250 taken", "QUIT": "221 bye",
}  # fmt: skip


class RawRelay:
    """`replies` are to commands by their verb, to the connection (`greeting`) and to a whole mail (`end`).

    The reply `drop` hangs up instead. Where `offers` has mechanisms, a login is offered.
    """

    def __init__(self, offers: str = "", replies: Mapping[str, str] | None = None) -> None:
        self.offers = offers
        self.replies = GOOD | dict(replies or {})
        self.challenge = ""  # what a login by a token is answered before it is refused
        self.silent_at = ""  # where nothing is answered, and the line is kept
        self.heard: list[list[str]] = []
        self.relay = Relay("127.0.0.1", 0, "none")

    def verbs(self) -> list[list[str]]:
        """The commands of each conversation, without what came with them."""
        return [[line.split()[0].upper() for line in lines] for lines in self.heard]

    def count(self, verb: str) -> int:
        """How often a command was heard."""
        return sum(verbs.count(verb) for verbs in self.verbs())

    def logging_in(self, password: str) -> Relay:
        """Its address, with a user and a password."""
        return Relay(self.relay.host, self.relay.port, "none", "user", password)

    def talk(self, line: socket.socket) -> None:
        """Hold one conversation."""
        heard: list[str] = []
        self.heard.append(heard)
        with line, line.makefile("rb") as words, suppress(OSError):
            if not self._say(line, "greeting"):
                return
            for spoken in words:
                command = spoken.decode(errors="replace").strip()
                verb = command.split(" ")[0].upper()
                heard.append(command if verb in GOOD else f"? {command}")
                if verb == "EHLO" and self.offers:
                    line.sendall(b"250-raw\r\n")
                    line.sendall(f"250 AUTH {self.offers}\r\n".encode())
                elif verb not in GOOD:
                    # The rest of a login.
                    self._say(line, "AUTH")
                elif verb == "AUTH" and self.challenge:
                    line.sendall(f"334 {self.challenge}\r\n".encode())
                elif verb == "AUTH" and len(command.split()) == 2 and self.replies["AUTH"][:3] in {"235", "535"}:
                    line.sendall(b"334 PDEyMzRAcmF3Pg==\r\n")
                elif not self._say(line, verb) or verb == "QUIT":
                    return
                if verb == "DATA" and self.replies[verb].startswith("354"):
                    while words.readline() not in {b".\r\n", b""}:
                        pass
                    if not self._say(line, "end"):
                        return

    def _say(self, line: socket.socket, what: str) -> bool:
        if what == self.silent_at:
            return True
        reply = self.replies[what]
        if reply == "drop":
            return False
        line.sendall(f"{reply}\r\n".encode())
        return True


@contextmanager
def raw_relay(offers: str = "", **replies: str) -> Iterator[RawRelay]:
    """Run such a relay while the block lasts."""
    raw = RawRelay(offers, replies)
    with socket.create_server(("127.0.0.1", 0)) as opened:
        raw.relay = Relay("127.0.0.1", opened.getsockname()[1], "none")

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = opened.accept()
                    threading.Thread(target=raw.talk, args=[line], daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield raw
        finally:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
    thread.join()
