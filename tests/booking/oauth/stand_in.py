"""A stand-in for a provider's token address, which answers as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    is_over = threading.Event()


@contextmanager
def standing_in(answer: Answer) -> Iterator[str]:
    """Answer every POST while the block lasts; gives the base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            # Whoever asked may have had enough.
            with suppress(OSError):
                answer(self, body)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.is_over = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
