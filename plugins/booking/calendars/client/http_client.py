"""HTTP client for calendars: each request has a deadline and a size limit.

Other machines may be slow, wrong or hostile.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.decompression import GZIP_MAGIC, Decompression, too_long
from plugins.booking.calendars.client.http_login import Login, login_at
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.domain.calendar_address import is_private

if TYPE_CHECKING:
    import httpx

DEADLINE_SECONDS = 15.0  # for a whole question, redirects and all
MOST_BYTES = 16_000_000  # 20,000 events are some 12 million
_MOST_REDIRECTS = 3
_MOST_OF_AN_ERROR = 1_000_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Question:
    """HTTP request, its answer at most `limit` bytes, unpacked."""

    method: str
    address: str
    login: Login | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    limit: int = MOST_BYTES


@dataclass(frozen=True)
class Reply:
    """HTTP response, its headers by their names in lower case; `host` is who answered at last."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    host: str = ""


Ask = Callable[[Question], Reply]


def ask(question: Question, deadline: float = DEADLINE_SECONDS) -> Reply:
    """Ask over HTTP with TLS verified, waiting `deadline` seconds in all; raises Unanswered.

    A GET without login follows redirects to https, or from this machine to itself; nothing else is ever followed.
    """
    if isinstance(question.login, TokenLogin):
        # Outside of the loop: a new token may have to be fetched.
        return question.login.asked(lambda token: _asked(question, deadline, token), lambda reply: reply.status == 401)
    return _asked(question, deadline, None)


def _asked(question: Question, deadline: float, token: str | None) -> Reply:
    import httpx  # four megabytes, which an office without other calendars never loads

    if token is not None:
        question = replace(question, headers={**question.headers, "Authorization": f"Bearer {token}"})
    try:
        return asyncio.run(_within(question, deadline))
    except TimeoutError:
        raise Unanswered(f"no answer within {deadline:g} seconds", Reason.SLOW, seconds=f"{deadline:g}") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise _unconnected(error) from error


async def _within(question: Question, deadline: float) -> Reply:
    import httpx

    async with asyncio.timeout(deadline):
        async with httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=deadline) as client:
            address = question.address
            for _ in range(1 + _MOST_REDIRECTS):
                reply, onward = await _once(client, question, address)
                if onward is None:
                    return reply
                if question.method != "GET" or question.login:
                    raise _moved(address, onward)
                address = _followed(address, onward)
    raise Unanswered("it redirects again and again", Reason.MOVED_IN_CIRCLES)


async def _once(client: httpx.AsyncClient, question: Question, address: str) -> tuple[Reply, str | None]:
    headers = {"Accept-Encoding": "gzip", "User-Agent": "Maglia", **question.headers}
    response = await _sent(
        client, client.build_request(question.method, address, headers=headers, content=question.body), question.login
    )
    try:
        if response.has_redirect_location:
            return Reply(response.status_code, b""), response.headers["location"]
        # What an error says of itself is nobody's calendar, and need not be whole.
        is_good = response.status_code < 300
        decompression = Decompression(response.headers.get("content-encoding", "") if is_good else "", question.limit)
        body, packed = bytearray(), 0
        async for chunk in response.aiter_raw():
            packed += len(chunk)
            body += decompression.feed(chunk)
            if packed > question.limit:
                raise too_long(question.limit)
        decompression.end()
        found = _unpacked(bytes(body), question.limit) if is_good else _readable(bytes(body), response)
        return Reply(response.status_code, found, dict(response.headers), response.url.host), None
    finally:
        await response.aclose()


async def _sent(client: httpx.AsyncClient, request: httpx.Request, login: Login | None) -> httpx.Response:
    """Send a request with its login, again where the server asks for another kind; no such answer's body is read."""
    if login is None:
        return await client.send(request, stream=True)
    if request.url.scheme != "https" and request.url.host.strip("[]") not in _LOOPBACK:
        raise Unanswered("a login is only sent over https", Reason.MOVED_UNSAFELY, to=request.url.host)
    if isinstance(login, TokenLogin):
        return await client.send(request, stream=True)
    requests = login_at(f"{request.url.scheme}://{request.url.netloc.decode('ascii')}", login).requests(request)
    response = await client.send(next(requests), stream=True, auth=None)
    while True:
        try:
            again = requests.send(response)
        except StopIteration:
            return response
        await response.aclose()
        response = await client.send(again, stream=True, auth=None)


def _readable(body: bytes, response: httpx.Response) -> bytes:
    """Unpack what an error says of itself, as far as that can be."""
    try:
        decompression = Decompression(response.headers.get("content-encoding", ""), _MOST_OF_AN_ERROR)
        return decompression.feed(body)
    except Unanswered:
        return body


def _unpacked(body: bytes, limit: int) -> bytes:
    # A packed file (calendar.ics.gz) is packed though no header says so.
    if not body.startswith(GZIP_MAGIC):
        return body
    decompression = Decompression("gzip", limit)
    found = decompression.feed(body)
    decompression.end()
    return found


def _unconnected(error: Exception) -> Unanswered:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) and len(causes) < 10:
        causes.append(cause)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return Unanswered("no connection: its certificate is not valid", Reason.CERTIFICATE)
    if any(isinstance(one, socket.gaierror | UnicodeError) for one in causes):
        return Unanswered("no connection: there is no such host", Reason.UNKNOWN_HOST)
    return Unanswered(f"no connection: {type(error).__name__}", Reason.CONNECTION)


def _followed(address: str, onward: str) -> str:
    try:
        found = urljoin(address, onward)
    except ValueError:
        found = ""
    if not is_private(found):
        raise Unanswered("it redirects to an address that is not https", Reason.MOVED_UNSAFELY, to=_host(found))
    if urlsplit(found).hostname in _LOOPBACK and urlsplit(address).hostname not in _LOOPBACK:
        raise Unanswered("it redirects to this very machine", Reason.MOVED_HERE)
    return found


def _moved(address: str, onward: str) -> Unanswered:
    """Say where to write to instead: a whole address only here, where a login protects it, and never in the log."""
    try:
        url = urlsplit(urljoin(address, onward))
        to = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"[:300]
    except ValueError:
        to = ""
    return Unanswered("it answers from another address; write that one, which the agenda shows", Reason.MOVED, to=to)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "")[:253]
    except ValueError:
        return ""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
