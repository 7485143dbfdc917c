"""A server on this machine that answers as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Serve GET, REPORT, PROPFIND, PUT, POST, PATCH and DELETE by `answer` while the block lasts; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
            # Whoever asked may have had enough.
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        do_GET = do_REPORT = do_PROPFIND = do_PUT = do_DELETE = do_POST = do_PATCH = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/calendario.ics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Send a whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
