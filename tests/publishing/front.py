"""A web server of the tests' own in front of an endpoint: TLS by an authority of its own, and bad habits on demand."""

from __future__ import annotations

import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TO_ENDPOINT = ("/api/", "/appuntamenti/", "/messaggi/", "/agenda/", "/health", "/metrics")


@dataclass
class Front:
    """The web server: what it serves, where its endpoint is, and how far its clock is off."""

    folder: Path
    site: Path
    endpoint: str = ""
    address: str = ""
    clock_off: timedelta = timedelta(0)
    sends_to_endpoint: bool = True
    tells_of_clients: bool = True
    context: ssl.SSLContext = field(default_factory=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    @property
    def authority(self) -> Path:
        """The certificate of the authority, for whoever is to believe it."""
        return self.folder / "authority.pem"

    def certify(self, days: int, name: str = "IP:127.0.0.1") -> None:
        """Serve by a new certificate of the authority from now on."""
        here, extensions = self.folder, self.folder / "extensions"
        extensions.write_text(f"subjectAltName={name}\n", encoding="utf-8")
        _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=site", "-keyout", here / "k", "-out", here / "r")
        signed: list[str | Path] = [
            "-CA",
            self.authority,
            "-CAkey",
            here / "authority.key",
            "-CAcreateserial",
            "-extfile",
            extensions,
        ]
        _openssl("x509", "-req", "-in", here / "r", "-days", str(days), *signed, "-out", here / "c")
        self.context.load_cert_chain(here / "c", here / "k")

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a GET from the site's files, or as the endpoint does."""
        status, body, kind = 404, b"", "text/html"
        file = self.site / handler.path.lstrip("/") / "index.html"
        if self.sends_to_endpoint and handler.path.startswith(_TO_ENDPOINT):
            about = {"X-Forwarded-For": handler.client_address[0]} if self.tells_of_clients else {}
            try:
                with urllib.request.urlopen(urllib.request.Request(self.endpoint + handler.path, headers=about)) as got:
                    status, body, kind = got.status, got.read(), got.headers["content-type"]
            except urllib.error.HTTPError as error:
                with error:
                    status, body = error.code, error.read()
        elif file.is_file():
            status, body = 200, file.read_bytes()
        handler.send_response_only(status)
        handler.send_header("Date", format_datetime(datetime.now(UTC) + self.clock_off, usegmt=True))
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def fronting(folder: Path, site: Path) -> Iterator[Front]:
    """Run such a server on a free port of the loopback while the block lasts."""
    folder.mkdir()
    front = Front(folder, site)
    made: list[str | Path] = ["-nodes", "-days", "90", "-subj", "/CN=authority", "-keyout", folder / "authority.key"]
    _openssl("req", "-x509", "-newkey", "rsa:2048", *made, "-out", front.authority)
    front.certify(90)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            front.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: object, client_address: object) -> None:
            # In the request's own thread: a handshake that does not come keeps nobody else waiting.
            try:
                with front.context.wrap_socket(request, server_side=True) as line:  # type: ignore[arg-type]
                    super().finish_request(line, client_address)
            except OSError:
                return

    server = Server(("127.0.0.1", 0), Handler)
    front.address = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
