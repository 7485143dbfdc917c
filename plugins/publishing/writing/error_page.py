"""Error page: shows what to mend while the site cannot be built."""

from __future__ import annotations

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from plugins.domain.language import _, spoken

_PAGE = """<!doctype html>
<html lang="{tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2"><title>{title}</title>
<style>body{{font:1.1rem/1.6 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap}}</style>
</head><body><h1>{heading}</h1><pre>{wrong}</pre>
<p>{remedy}</p></body></html>
"""


class ErrorPage:
    """Answers every address with the faults that a file holds after its first line."""

    def __init__(self, host: str, port: int, faults: Path) -> None:
        self._address = (host, port)
        self._faults = faults
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Begin to answer; raises OSError where the port is taken."""
        faults = self._faults

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wrong = faults.read_text(encoding="utf-8").partition("\n")[2]
                body = _PAGE.format(
                    tag=spoken().tag,
                    title=escape(_("Da correggere")),
                    heading=escape(_("Prima c’è qualcosa da correggere")),
                    wrong=escape(wrong),
                    remedy=escape(_("Correggi e salva: questa pagina si aggiorna da sola.")),
                ).encode()
                self.send_response(503)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the terminal shows what to mend."""

        self._server = ThreadingHTTPServer(self._address, Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
