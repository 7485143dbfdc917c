"""An IMAP server on the loopback that answers as it is told to, be it what no server should say."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from plugins.booking.imap_url import ImapMailbox
from tests.booking.mail.bounces.reports import report

Script = Mapping[bytes, bytes | Callable[[socket.socket], None]]

_LOOK = b"".join(b'* %d FETCH (UID %d BODYSTRUCTURE ("text" "calendar"))\r\n' % (uid, uid) for uid in (6, 7))
_MAIL = report().replace(b"\n", b"\r\n")
_SHOWN = b"* 1 FETCH (UID 6 BODY[]<0> {%d}\r\n%b)\r\nOK done\r\n" % (len(_MAIL), _MAIL)
# Two mails, 6 and 7; the first line of these that is in a command is its answer, the last of it with the tag.
_USUAL: dict[bytes, bytes] = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nOK done\r\n",
    b"EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nOK [READ-ONLY] done\r\n",
    b"SEARCH": b"* SEARCH 6 7\r\nOK done\r\n",
    b"BODYSTRUCTURE": _LOOK + b"OK done\r\n",
    b"(UID)": b"* 2 FETCH (UID 7)\r\nOK done\r\n",
    b"BODY.PEEK[]": _SHOWN,
    b"LOGOUT": b"* BYE\r\nOK done\r\n",
    b"": b"OK done\r\n",
}


def drip(line: socket.socket) -> None:
    """Say a word now and then, and never end."""
    with suppress(OSError):
        line.sendall(b"* OK ")
        for _ in range(100):
            line.sendall(b"x")
            time.sleep(0.2)


@contextmanager
def scripted_imap(script: Script) -> Iterator[ImapMailbox]:
    """Run it; what the script has goes before what is usual, and its empty command is the greeting."""
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = opened.accept()
                    threading.Thread(target=_converse, args=(line, script), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield ImapMailbox("127.0.0.1", opened.getsockname()[1], False, "bice", "parola")


def _converse(line: socket.socket, script: Script) -> None:
    with suppress(OSError), line:
        if not _say(line, script.get(b"", b"* OK IMAP4rev1\r\n"), b""):
            return
        for command in line.makefile("rb"):
            tag = command.split(b" ")[0]
            first = next((said for key, said in script.items() if key and key in command), None)
            said = first or next(said for key, said in _USUAL.items() if key in command)
            if not _say(line, said, tag):
                return


def _say(line: socket.socket, said: bytes | Callable[[socket.socket], None], tag: bytes) -> bool:
    if callable(said):
        said(line)
        return False
    *before, last = said.splitlines(keepends=True)
    line.sendall(b"".join(before) + (tag + b" " if tag else b"") + last)
    return True
