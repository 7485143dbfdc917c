"""Connection URLs with a secret in them: the mail relay's and the database's.

What is wrong with one is told without any part of it, for nobody knows which part was meant as the password.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from plugins.booking.oauth.access_token import Provider

Security = Literal["none", "starttls", "tls"]
# How a relay takes mail: by SMTP, by a provider's API, or by a POST of the raw message.
Kind = Literal["smtp", "gmail", "graph", "post"]

_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
# An SMTP relay has no path: all that stands before the last @ is the login.
_RELAY = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<login>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?/?"
    r"(?:\?token=(?P<token>\w*))?"
)
# One that mail is posted to may have an @ in its path: inside the token it is written %40, lest the host be another.
_POST = re.compile(
    r"(?P<scheme>https?)://(?:(?P<token>[^/@?#\s]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?"
    r"(?P<path>[/?][!-~]*)?"
)
_API = re.compile(r"(?P<provider>google|microsoft)\+https(?:://)?")
_HOST = re.compile(r"[\w.:-]*")
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Relay:
    """The server that takes our mail; `token` names the account whose access token is the login."""

    host: str
    port: int
    security: Security
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: Provider | None = None
    kind: Kind = "smtp"
    path: str = field(default="", repr=False)

    @property
    def is_providers(self) -> bool:
        """Whether the setting names a provider alone, and so no host or port that could be wrong."""
        return self in {*_PROVIDERS.values(), *_APIS.values()}

    def beside_setting(self, host: str) -> str:
        """Return a host with the value of the setting beside it, where that value names none."""
        names = {relay: name for name, relay in _PROVIDERS.items()}
        names |= {relay: f"{name}+https://" for name, relay in _APIS.items()}
        return f"{host} (BOOKING_SMTP_URL={names[self]})" if self in names else host


_PROVIDERS: dict[str, Relay] = {
    "google": Relay("smtp.gmail.com", 587, "starttls", token="google"),
    "microsoft": Relay("smtp.office365.com", 587, "starttls", token="microsoft"),
}
_APIS: dict[str, Relay] = {
    "google": Relay("gmail.googleapis.com", 443, "tls", token="google", kind="gmail"),
    "microsoft": Relay("graph.microsoft.com", 443, "tls", token="microsoft", kind="graph"),
}


def relay_of(text: str) -> Relay | None:
    """Read the address of a relay, its parts percent-decoded, None where there is none; raises ValueError."""
    if not text:
        return None
    if text in _PROVIDERS:
        return _PROVIDERS[text]
    if api := _API.fullmatch(text):
        return _APIS[api["provider"]]
    return _posting(text) if text.startswith(("http:", "https:")) else _smtp(text)


def _smtp(text: str) -> Relay:
    found = _RELAY.fullmatch(text)
    if found is None or found["scheme"] not in _SCHEMES or int(found["port"] or 0) > _HIGHEST_PORT:
        raise ValueError(
            "must start with smtp://, smtp+starttls:// or smtps:// and name a host, and a port in digits; or be google,"
            " microsoft, google+https://, microsoft+https:// or https://TOKEN@host/path"
        )
    security, port = _SCHEMES[found["scheme"]]
    user, _, password = (found["login"] or "").partition(":")
    user, password = _decoded(user), _decoded(password)
    if not (user + password).isascii():
        raise ValueError("has a user or password with a letter outside ASCII, which SMTP logins here cannot send")
    host = found["host"].strip("[]").lower()
    if found["token"] is not None:
        if found["token"] not in get_args(Provider):
            raise ValueError("has a token that is nobody's: ?token= names google or microsoft")
        if password:
            raise ValueError("has both a password and ?token=; with the token of an account it has the user alone")
        if security == "none" and not _is_loopback(host):
            raise ValueError("sends a token in the clear: with ?token= it starts with smtp+starttls:// or smtps://")
    token = cast("Provider | None", found["token"])
    return Relay(host, int(found["port"] or 0) or port, security, user or None, password or None, token)


def _posting(text: str) -> Relay:
    found = _POST.fullmatch(text)
    if found is None or not found["token"] or int(found["port"] or 0) > _HIGHEST_PORT:
        raise ValueError("must be https://TOKEN@host/path, with signs of the token such as @ : / written %40 %3A %2F")
    token, host = _decoded(found["token"]), found["host"].strip("[]").lower()
    if not re.fullmatch("[!-~]+", token):
        raise ValueError("has a token with a sign that no header carries: it is ASCII without spaces")
    if found["scheme"] == "http" and not _is_loopback(host):
        raise ValueError("sends its token in the clear: it must start with https://")
    security: Security = "tls" if found["scheme"] == "https" else "none"
    port = int(found["port"] or 0) or (443 if security == "tls" else 80)
    return Relay(host, port, security, None, token, kind="post", path=found["path"] or "/")


def _is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
