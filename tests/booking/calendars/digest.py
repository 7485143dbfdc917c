"""A server's side of Digest (RFC 7616), checked apart from the client's code, beside Basic."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.booking.calendars.server import say

USER, PASSWORD, REALM = "bice", "segreto: con, due punti", "SabreDAV, Basic realm"
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass
class Guarded:
    """A resource behind a login, by the schemes it `offers`; every request is kept in `seen`, and its body."""

    offers: tuple[str, ...]
    qop: str | None = "auth"
    uses: int = 1000  # of one nonce
    in_one_header: bool = False
    seen: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    nonces: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        told = handler.headers.get("authorization", "")
        scheme = told.partition(" ")[0]
        good = self._digest(handler, told) if scheme == "Digest" else scheme == "Basic" and self._basic(told)
        self.seen.append(f"{scheme} {'yes' if good else 'no'}")
        if good:
            self.bodies.append(handler.body)  # type: ignore[attr-defined]
            say(handler, 207, b"<multistatus xmlns='DAV:'/>")
            return
        handler.send_response(401)
        for header in [", ".join(self._challenges())] if self.in_one_header else self._challenges():
            handler.send_header("WWW-Authenticate", header)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def _challenges(self) -> list[str]:
        return [f'Basic realm="{REALM}"' if one == "Basic" else self._challenge(one) for one in self.offers]

    def _challenge(self, algorithm: str) -> str:
        if algorithm == "Bearer":
            return 'Bearer realm="x"'
        self.nonces += 1
        nonce = f"nonce-{self.nonces}"
        self.counts[nonce] = 0
        qop = f', qop="{self.qop}"' if self.qop else ""
        return f'Digest realm="{REALM}"{qop}, nonce="{nonce}", opaque="o,p", algorithm={algorithm}'

    def _basic(self, told: str) -> bool:
        right = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return "Basic" in self.offers and told == f"Basic {right}"

    def _digest(self, handler: BaseHTTPRequestHandler, told: str) -> bool:
        said = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', told)}
        nonce, algorithm = said["nonce"], said.get("algorithm", "MD5")
        if algorithm not in self.offers or nonce not in self.counts or self.counts[nonce] >= self.uses:
            return False

        def digest(text: str) -> str:
            return _HASHES[algorithm](text.encode()).hexdigest()

        parts = [digest(f"{USER}:{REALM}:{PASSWORD}"), nonce]
        if self.qop:
            if int(said["nc"], 16) <= self.counts[nonce]:
                return False  # said before
            self.counts[nonce] = int(said["nc"], 16)
            parts += [said["nc"], said["cnonce"], said["qop"]]
        parts.append(digest(f"{handler.command}:{handler.path}"))
        return bool(said["uri"] == handler.path and said["response"] == digest(":".join(parts)))
