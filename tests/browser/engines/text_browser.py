"""Text browser: w3m in a terminal, used by keys alone; what it says in its last line is how one knows where one is."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_SECONDS = 60
# More than the links and fields of the longest page.
_STOPS = 400
_ROWS, _COLUMNS = 60, 160
# What a terminal is told beside words: moves, colours, and time to make them in.
_SEQUENCE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\x1b[()][A-Z0-9]|[\r\n]")
_ENTER, _NEXT, _WHAT_IS_THIS, _WHERE_AM_I, _FROM_HERE = "\r", "\t", "u", "c", "\x15"
# What it says of a field, and of a link; it ends with a move to where that is.
_TOLD = r"(?:(?:input|textarea|select)[^(\x1f]*\((?:GET|POST)[^)]*\)|(?:https?://|mailto:|tel:)[^\x1f]+)\x1f"


class TextBrowser:
    """A page in w3m."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.title = self.until("Viewing <([^>]*)>")[1]

    def follow(self, wanted: str) -> str:
        """Go to a link or a button and press it; the title of the page that comes, which is another."""
        self.go_to(wanted)
        self._press(_ENTER)
        self.title = self.until(rf"Viewing <(?!{re.escape(self.title)}>)([^>]*)>")[1]
        return self.title

    def type(self, name: str, words: str) -> None:
        """Go to a field of text and type."""
        self.go_to(rf'name="{name}"')
        self._press(_ENTER)
        self.until("TEXT:")
        self._press(f"{_FROM_HERE}{words}{_ENTER}")
        self.until("Viewing <")

    def go_to(self, wanted: str) -> None:
        """Go from stop to stop until one is what is wanted, as the browser tells it."""
        for _ in range(_STOPS):
            self._press(_NEXT + _WHAT_IS_THIS)
            if re.search(wanted, self.until(_TOLD)[0]):
                return
        raise AssertionError(f"there is no {wanted}")

    def address(self) -> str:
        """The address of the page."""
        self._press(_WHERE_AM_I)
        return self.until(_TOLD)[0]

    def until(self, wanted: str) -> re.Match[str]:
        """Read what comes until it has some words."""
        came, deadline = "", time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if select.select([self._terminal], [], [], 0.2)[0]:
                came += os.read(self._terminal, 65_536).decode("utf-8", "replace").replace("\x00", "")
            if found := re.search(wanted, _SEQUENCE.sub("\x1f", came.replace("\x1b[C", " "))):
                return found
        raise AssertionError(f"{wanted} never came: {came[-500:]!r}")

    def _press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())


@contextmanager
def text_browser(address: str, home: Path) -> Iterator[TextBrowser]:
    """w3m at an address, with a new profile, for as long as it is needed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    own = {"TERM": "vt100", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        ["w3m", "-no-mouse", address],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | own,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield TextBrowser(ours)
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)
        os.close(ours)
