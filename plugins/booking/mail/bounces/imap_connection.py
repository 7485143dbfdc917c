"""IMAP connection that ends in time, and takes no line and no literal longer than a mailbox needs."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
from contextlib import suppress

_SECONDS = 30.0  # for one answer
_WHOLE_SECONDS = 240.0  # for all of them: the turn to read the mailbox lasts a minute longer
_LEAVE_SECONDS = 5.0
_LONGEST_LINE = 131_072  # of which anything is kept
_LINE_END = 128
_MOST_BYTES = 8_388_608  # of one line or literal; who sends more is hung up on


class ImapConnection(imaplib.IMAP4):
    """A connection, by TLS where a context is given; the limit runs from the first byte to the last."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port, timeout=_SECONDS)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, as the library's constructor asks."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout)
        self._watch = threading.Timer(_WHOLE_SECONDS, self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        try:
            if self._context:
                # The handshake comes after, when there is something for the watch to hang up.
                self.sock = self._context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
                self.sock.do_handshake()
            self._answers = self.sock.makefile("rb")
        except BaseException:
            self._watch.cancel()
            self.sock.close()
            raise

    def readline(self) -> bytes:
        """Read a line; of a long one the beginning, and the end, which may announce a literal."""
        line = self._answers.readline(_LONGEST_LINE)
        if line.endswith(b"\n") or len(line) < _LONGEST_LINE:
            return line
        end, length = line[-_LINE_END:], len(line)
        while not end.endswith(b"\n"):
            more = self._answers.readline(_LONGEST_LINE)
            length += len(more)
            if not more or length > _MOST_BYTES:
                raise self.abort("a line without an end")
            end = (end + more)[-_LINE_END:]
        return line[:-_LINE_END] + b" " + end

    def read(self, size: int) -> bytes:
        """Read what was announced, unless it is longer than anything that was asked for."""
        if size > _MOST_BYTES:
            raise self.abort("a literal without an end")
        return self._answers.read(size)

    def leave(self) -> None:
        """Take leave and close, whatever became of the conversation."""
        try:
            with suppress(imaplib.IMAP4.error, OSError, ValueError):
                self.sock.settimeout(_LEAVE_SECONDS)
                self.logout()
        finally:
            self.shutdown()

    def shutdown(self) -> None:
        """Close, as often as asked to."""
        self._watch.cancel()
        self._hang_up()
        self._answers.close()
        self.sock.close()

    def _hang_up(self) -> None:
        # A socket that is closed goes on waiting for its words; one that is shut down does not. By the plain socket's
        # method: that of TLS takes away what another thread is reading by.
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
