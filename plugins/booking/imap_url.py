"""IMAP URL: the mailbox that delivery reports come to, with its login.

What is wrong with one is told without any part of it, for nobody knows which part was meant as the password.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass, field
from typing import cast, get_args
from urllib.parse import unquote

from plugins.booking.oauth.access_token import Provider

_URL = re.compile(
    r"(?P<scheme>imaps?)://(?:(?P<login>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?"
    r"(?:/(?P<folder>[^?@]*))?(?:\?token=(?P<token>\w*))?"
)
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class ImapMailbox:
    """A folder of a mailbox; `token` names the account whose access token is the login."""

    host: str
    port: int
    tls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    folder: str = "INBOX"
    token: Provider | None = None

    @property
    def digest(self) -> str:
        """The name that what is remembered of it has in the database: whose it is, is kept nowhere."""
        which = "\n".join((self.host, str(self.port), self.user or "", self.token or "", self.folder))
        return hashlib.sha256(which.encode()).hexdigest()[:32]


_PROVIDERS: dict[str, ImapMailbox] = {
    "google": ImapMailbox("imap.gmail.com", 993, tls=True, token="google"),
    "microsoft": ImapMailbox("outlook.office365.com", 993, tls=True, token="microsoft"),
}


def imap_mailbox(text: str) -> ImapMailbox | None:
    """Read the address of a mailbox, its parts percent-decoded, None where there is none; raises ValueError."""
    if not text:
        return None
    if text in _PROVIDERS:
        return _PROVIDERS[text]
    found = _URL.fullmatch(text)
    if found is None or int(found["port"] or 0) > _HIGHEST_PORT:
        raise ValueError("must be imaps://user:password@host:993/INBOX, or google or microsoft")
    user, _, password = map(_decoded, (found["login"] or "").partition(":"))
    host, tls = found["host"].strip("[]").lower(), found["scheme"] == "imaps"
    if not tls and not _is_loopback(host):
        raise ValueError("sends its password in the clear: it must start with imaps://")
    if found["token"] is not None and found["token"] not in get_args(Provider):
        raise ValueError("has a token that is nobody's: ?token= names google or microsoft")
    token = cast("Provider | None", found["token"])
    if token and password:
        raise ValueError("has both a password and ?token=; with the token of an account it has the user alone")
    if not token and not (user and password):
        raise ValueError("has no user and password; with the token of an account it ends in ?token=google")
    folder = _decoded(found["folder"] or "") or "INBOX"
    if not folder.isascii():
        raise ValueError("has a folder with a letter outside ASCII: write it as the server does (RFC 3501, 5.1.3)")
    port = int(found["port"] or 0) or (993 if tls else 143)
    return ImapMailbox(host, port, tls, user or None, password or None, folder, token)


def _decoded(text: str) -> str:
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("has a % that begins no letter; inside a user or a password it is written %25") from None
    if not plain.isprintable():
        raise ValueError("has a control character")
    return plain


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
