"""Redaction of secrets: replaces their values in all that reaches standard error.

Whoever writes there: a log, a traceback, a driver.
"""

from __future__ import annotations

import base64
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO, cast
from urllib.parse import quote, quote_plus, unquote

from plugins.booking.imap_url import imap_mailbox
from plugins.booking.server_urls import database_of, relay_of

_MARK = "***"
_LONG_SEGMENT = 8  # of an address's path: shorter words are no key
_SHORTEST = 4  # below that a piece tells nothing, and half the words would be gone
_SHORTEST_TOKEN = 10  # of a private address, where the rest is the provider's
# Of PostgreSQL's options those that hold no secret; any other may be a piece of a password with a sign in it.
_OPTIONS = {"host", "port", "user", "application_name", "connect_timeout", "target_session_attrs"}
_held: set[str] = set()
# Access tokens end within hours, and a new one comes each time: of many the last are enough.
_tokens: deque[str] = deque(maxlen=32)
_WHOLE = (
    "BOOKING_SECRET_KEY",
    "BOOKING_SECRET_KEY_OLD",
    "BOOKING_METRICS_TOKEN",
    "BOOKING_GOOGLE_CLIENT_SECRET",
    "BOOKING_MICROSOFT_CLIENT_SECRET",
)


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The texts that may not be shown, each in the forms it may be written in, the longest first.

    Of an address that can be read that is the password, and every option; of one that cannot, every piece of it.
    """
    found = {environment.get(name, "").strip() for name in _WHOLE}
    for name in ("BOOKING_SMTP_URL", "BOOKING_ALARM_SMTP_URL"):
        found |= {*_of_relay(environment.get(name, "").strip())}
    found |= {*_of_imap(environment.get("BOOKING_IMAP_URL", "").strip())}
    found |= {*_of_database(environment.get("BOOKING_DATABASE_URL", "").strip())}
    found |= {*_of_heartbeat(environment.get("BOOKING_HEARTBEAT_URL", "").strip())}
    if "-----BEGIN" in (pasted := environment.get("BOOKING_DKIM_KEY", "")):
        found |= set(pasted.split())
    forms = {form for text in found for form in _forms(text)}
    return tuple(sorted((form for form in forms if len(form) >= _SHORTEST), key=lambda form: (-len(form), form)))


def redacted(stream: TextIO, environment: Mapping[str, str]) -> TextIO:
    """A stream that writes to another, without the secrets of an environment."""
    return cast(TextIO, _Redacted(stream, secrets_of(environment)))


def hold_back(value: str | None) -> str | None:
    """Hand on what a calendar's variable holds, a login or an address; from then on no redacted stream shows it."""
    if value:
        _, _, after = value.partition("://")
        # Of an address the host is no secret, of a login the user is none.
        path = after.partition("/")[2]
        long = (piece for piece in re.split("[/?&=]", path) if len(piece) >= _SHORTEST_TOKEN)
        found = (path, *long, *_logins(after)) if after else (value.partition(":")[2],)
        _held.update(form for text in found for form in _forms(text) if len(form) >= _SHORTEST)
    return value


def hold_back_token(token: str) -> str:
    """Hand on an access token; no redacted stream shows it while it is one of the latest."""
    if token not in _tokens:
        _tokens.append(token)
    return token


class _Redacted:
    def __init__(self, stream: TextIO, secrets: tuple[str, ...]) -> None:
        self._stream = stream
        self._secrets = secrets

    def write(self, text: str) -> int:
        for secret in (*self._secrets, *sorted((*_held, *_tokens), key=len, reverse=True)):
            text = text.replace(secret, _MARK)
        return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the other stream has
        return getattr(self._stream, name)


def _logins(address: str) -> Iterator[str]:
    login, at, _ = address.rpartition("@")
    if at:
        yield login.partition(":")[2]


def _of_imap(text: str) -> Iterator[str]:
    try:
        mailbox = imap_mailbox(text)
    except ValueError:
        yield from _pieces(text)
    else:
        if mailbox and mailbox.password:
            yield from (mailbox.password, *_logins(text.partition("://")[2]))


def _of_relay(text: str) -> Iterator[str]:
    try:
        relay = relay_of(text)
    except ValueError:
        yield from _pieces(text)
    else:
        if relay and relay.password:
            yield relay.password
            # As it is written there: of SMTP the password after the user, of a POST the token before the host.
            login = text.partition("://")[2]
            yield login.partition("@")[0] if relay.kind == "post" else login.rpartition("@")[0].partition(":")[2]
        if relay and "?" in relay.path:
            yield from (one for one in re.split("[?&=]", relay.path)[1:] if len(one) >= _SHORTEST_TOKEN)


def _of_heartbeat(text: str) -> Iterator[str]:
    yield text
    yield from (one for one in re.split(r"[/?&=#@:]", text.partition("://")[2])[1:] if len(one) >= _LONG_SEGMENT)


def _of_database(text: str) -> Iterator[str]:
    try:
        url = database_of(text) if text else None
    except ValueError:
        yield from _pieces(text)
        return
    if url is not None:
        yield str(url.password or "")
        for name, value in url.query.items():
            if name not in _OPTIONS:
                yield from (name, value) if isinstance(value, str) else (name, *value)


def _pieces(text: str) -> Iterator[str]:
    # What begins with a scheme is no secret as far as that goes.
    _, _, after = text.partition("://")
    yield from re.split(r"[][:/@?#&=\s]+", after or text)
    yield after or text


def _forms(text: str) -> Iterator[str]:
    for plain in (text, unquote(text)):
        yield plain
        yield from (quote(plain, safe=""), quote(plain), quote_plus(plain), quote(plain, safe="").lower())
        yield from (json.dumps(plain)[1:-1], repr(plain)[1:-1], ascii(plain)[1:-1])
        yield base64.b64encode(plain.encode("utf-8", "surrogateescape")).decode().rstrip("=")
