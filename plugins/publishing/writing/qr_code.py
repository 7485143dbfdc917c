"""QR code of the development server's address, for a phone of the same network."""

from __future__ import annotations

import socket
import sys

import segno

# Reserved for documentation (RFC 5737): a route to it is looked up, nothing is sent.
_ANYWHERE = ("192.0.2.1", 9)


def local_address() -> str | None:
    """This machine's address on its network, or None where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_ANYWHERE)
        except OSError:
            return None
        return str(asked.getsockname()[0])


def show_code(address: str) -> None:
    """Draw an address as a QR code in the terminal."""
    if sys.stdout.isatty():
        segno.make(address, error="l").terminal(compact=True)
