"""DKIM signatures (RFC 6376), where the relay does not sign."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_RELAXED = (b"relaxed", b"relaxed")


@dataclass(frozen=True)
class Dkim:
    """DKIM key: a private RSA key in PEM, and the selector under which the DNS has its public half."""

    selector: str
    key: bytes = field(repr=False)

    def sign(self, mime: bytes, sender: str) -> bytes:
        """Return a mail with its signature before it."""
        from dkim import sign  # which loads much, for what few need

        domain = sender.rpartition("@")[2].encode()
        signature: bytes = sign(mime, self.selector.encode(), domain, self.key, canonicalize=_RELAXED)
        return signature + mime


def private_key(path: str) -> bytes | None:
    """Read the key of a file, None where none is named; raises ValueError that says what is wrong with it."""
    if not path:
        return None
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    try:
        key = Path(path).read_bytes()
        parse_pem_private_key(key)
    except (OSError, UnparsableKeyError, ValueError, LookupError) as error:
        raise ValueError(f"names no private RSA key in PEM that can be read ({type(error).__name__})") from None
    return key


def selector_name(text: str) -> str | None:
    """Read the name of a selector, None where there is none; raises ValueError."""
    if text and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", text):
        raise ValueError("is no name that the DNS knows")
    return text or None
