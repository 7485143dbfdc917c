"""HTTP client for calendars: each request has a deadline and a size limit.

Other machines may be slow, wrong or hostile.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pydantic import TypeAdapter, ValidationError

from plugins.domain.calendar_settings import CalendarAddress

if TYPE_CHECKING:
    import httpx

DEADLINE_SECONDS = 15.0  # for a whole question, redirects and all
MOST_BYTES = 8_000_000
_MOST_REDIRECTS = 3
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_address: TypeAdapter[str] = TypeAdapter(CalendarAddress)


class Unanswered(Exception):
    """No usable answer of a calendar; says why, without its address or any secret."""


@dataclass(frozen=True)
class Login:
    """Credentials of a calendar (HTTP Basic, RFC 7617)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Question:
    """HTTP request, its answer at most `limit` bytes."""

    method: str
    address: str
    login: Login | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    limit: int = MOST_BYTES


@dataclass(frozen=True)
class Reply:
    """HTTP response, its headers by their names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Ask = Callable[[Question], Reply]


def ask(question: Question, deadline: float = DEADLINE_SECONDS) -> Reply:
    """Ask over HTTP with TLS verified, waiting `deadline` seconds in all; raises Unanswered.

    A GET without login follows redirects to https, or from this machine to itself; nothing else is ever followed.
    """
    import httpx  # four megabytes, which an office without other calendars never loads

    try:
        return asyncio.run(_within(question, deadline))
    except TimeoutError:
        raise Unanswered(f"no answer within {deadline:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise Unanswered(f"no connection: {type(error).__name__}") from error


async def _within(question: Question, deadline: float) -> Reply:
    import httpx

    async with asyncio.timeout(deadline):
        auth = httpx.BasicAuth(question.login.user, question.login.password) if question.login else None
        async with httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=deadline, auth=auth) as client:
            address = question.address
            for _ in range(1 + _MOST_REDIRECTS):
                reply, onward = await _once(client, question, address)
                if onward is None:
                    return reply
                if question.method != "GET" or question.login:
                    raise Unanswered("it answers from another address; write that one")
                address = _followed(address, onward)
    raise Unanswered("it redirects again and again")


async def _once(client: httpx.AsyncClient, question: Question, address: str) -> tuple[Reply, str | None]:
    headers = {"Accept-Encoding": "identity", "User-Agent": "Maglia", **question.headers}
    async with client.stream(question.method, address, headers=headers, content=question.body) as response:
        if response.has_redirect_location:
            return Reply(response.status_code, b""), response.headers["location"]
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unanswered("it answers compressed without being asked to")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > question.limit:
                raise Unanswered(f"its answer is longer than {question.limit} bytes")
        return Reply(response.status_code, bytes(body), dict(response.headers)), None


def _followed(address: str, onward: str) -> str:
    try:
        found = _address.validate_python(urljoin(address, onward))
    except (ValidationError, ValueError):
        raise Unanswered("it redirects to an address that is not https") from None
    if urlsplit(found).hostname in _LOOPBACK and urlsplit(address).hostname not in _LOOPBACK:
        raise Unanswered("it redirects to this very machine")
    return found


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
