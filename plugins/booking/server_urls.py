"""Connection URLs with a password in them: the mail relay's and the database's.

What is wrong with one is told without any part of it, for nobody knows which part was meant as the password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

Security = Literal["none", "starttls", "tls"]

_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
# A relay has neither path nor query: all that stands before the last @ is the login.
_RELAY = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<login>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?/?"
)
_HOST = re.compile(r"[\w.:-]*")
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Relay:
    """The SMTP server that takes our mail."""

    host: str
    port: int
    security: Security
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def relay_of(text: str) -> Relay | None:
    """Read the address of a relay, user and password percent-decoded, None where there is none; raises ValueError."""
    if not text:
        return None
    found = _RELAY.fullmatch(text)
    if found is None or found["scheme"] not in _SCHEMES or int(found["port"] or 0) > _HIGHEST_PORT:
        raise ValueError("must start with smtp://, smtp+starttls:// or smtps:// and name a host, and a port in digits")
    security, port = _SCHEMES[found["scheme"]]
    user, _, password = (found["login"] or "").partition(":")
    user, password = _decoded(user), _decoded(password)
    if not (user + password).isascii():
        raise ValueError("has a user or password with a letter outside ASCII, which SMTP logins here cannot send")
    host = found["host"].strip("[]").lower()
    return Relay(host, int(found["port"] or 0) or port, security, user or None, password or None)


def database_of(text: str) -> URL:
    """Read the address of a database; raises ValueError."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("is not a database address") from None
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
    if url.drivername == "sqlite":
        if not url.database or ":memory:" in url.database or "uri" in url.query:
            raise ValueError("must name a file: what is kept in memory is lost with the process")
        if url.host or url.username or url.password or url.port:
            raise ValueError("must name a file after three strokes, sqlite:///, or four where it begins at the root")
        return url
    if text.count("@") > 1:
        raise ValueError("has more than one @; inside a user, a password or an option it is written %40")
    if not _HOST.fullmatch(url.host or "") or not 0 <= (url.port or 0) <= _HIGHEST_PORT:
        raise ValueError("has no host and port that can be read")
    _decoded(text.partition("://")[2].rpartition("@")[0])
    return url


def _decoded(text: str) -> str:
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("has a % that begins no letter; inside a user or a password it is written %25") from None
    if not plain.isprintable():
        raise ValueError("has a control character in its user or password")
    return plain
