"""Reverse proxy that asks for a login (HTTP Basic), for servers that leave it to one.

`python basic_auth.py PORT BACKEND_PORT`, with the login in LOGIN.
"""

from __future__ import annotations

import base64
import http.client
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_EXPECTED = "Basic " + base64.b64encode(os.environ.get("LOGIN", "").encode()).decode()
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "authorization"}


class Proxy(BaseHTTPRequestHandler):
    """Passes on what comes with the login."""

    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("authorization") != _EXPECTED:
            self._say(401, [("WWW-Authenticate", 'Basic realm="calendars"')], b"")
            return
        backend = http.client.HTTPConnection("127.0.0.1", int(sys.argv[2]), timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        backend.request(self.command, self.path, body, headers)
        answer = backend.getresponse()
        content = answer.read()
        backend.close()
        self._say(answer.status, answer.getheaders(), content)

    def _say(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_REPORT = do_PROPFIND = do_MKCALENDAR = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Be silent."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()
