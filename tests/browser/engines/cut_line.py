"""Line to a site that can be cut: it leads through, is closed, answers that nobody is there, or is silent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

State = Literal["through", "closed", "bad gateway", "hanging"]
# As nginx answers for an endpoint that is gone, with the headers of the site.
_BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nCross-Origin-Opener-Policy: same-origin\r\n"
    b"Connection: close\r\nContent-Length: 20\r\n\r\n<h1>Bad Gateway</h1>"
)
_BLOCK = 65_536


@dataclass
class Line:
    """A line, as it is at present."""

    address: str
    site: str = ""
    state: State = "through"
    turned_away: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def become(self, state: State) -> None:
        """Change what the line does; what was under way ends."""
        self.state, self.turned_away = state, 0
        for one in self._open:
            end(one)
        self._open.clear()

    def lead(self, visitor: socket.socket) -> None:
        """Do with a visitor's connection what the line does at present."""
        self._open.append(visitor)
        if self.state == "closed":
            end(visitor)
            self.turned_away += 1
        elif self.state == "bad gateway":
            visitor.recv(_BLOCK)
            visitor.sendall(_BAD_GATEWAY)
            end(visitor)
            self.turned_away += 1
        elif self.state == "through":
            place = urlsplit(self.site)
            behind = socket.create_connection((place.hostname or "", place.port or 80))
            self._open.append(behind)
            for one, other in ((visitor, behind), (behind, visitor)):
                threading.Thread(target=_copy, args=(one, other), daemon=True).start()


@contextmanager
def line() -> Iterator[Line]:
    """A line at an address of its own, for as long as it is needed; whose site it leads to may be said later."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Line(f"http://127.0.0.1:{listening.getsockname()[1]}")
        threading.Thread(target=_serve, args=(listening, made), daemon=True).start()
        yield made
        made.become("closed")
        listening.shutdown(socket.SHUT_RDWR)


def end(one: socket.socket) -> None:
    """End a connection, whatever it is doing."""
    with suppress(OSError):  # it may have ended already
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def _serve(listening: socket.socket, made: Line) -> None:
    while True:
        try:
            visitor, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_lead, args=(made, visitor), daemon=True).start()


def _lead(made: Line, visitor: socket.socket) -> None:
    try:
        made.lead(visitor)
    except OSError:
        end(visitor)


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):  # the line is cut
        while block := one.recv(_BLOCK):
            other.sendall(block)
    end(one)
    end(other)
