"""HTTP login of a calendar: Basic (RFC 7617), and Digest (RFC 7616) where a server offers that alone."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered

if TYPE_CHECKING:
    import httpx

_LONGEST_CHALLENGE = 4000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# A scheme begins a header, or follows a comma; a parameter does too, but has an equals sign behind it.
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?:\s+(?=[^=,\s])|\s*(?=,|$))")
_ALGORITHM = re.compile(r'algorithm\s*=\s*"?([A-Za-z0-9-]+)', re.IGNORECASE)
_QOP = re.compile(r'qop\s*=\s*(?:"([^"]*)"|([^\s,]+))', re.IGNORECASE)
_ALGORITHMS = {"MD5", "MD5-SESS", "SHA-256", "SHA-256-SESS", "SHA-512", "SHA-512-SESS"}


@dataclass(frozen=True)
class Login:
    """Credentials of a calendar."""

    user: str
    password: str = field(repr=False)


@lru_cache(maxsize=64)
def login_at(origin: str, login: Login) -> LoginFlow:
    """Return the flow that remembers how a server wants a login, so that it has to refuse one only once."""
    return LoginFlow(login)


class LoginFlow:
    """Authenticates requests: Basic at once, as most take it; Digest from the first answer that wants it alone."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._digest: httpx.DigestAuth | None = None

    def requests(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield what to send, given each answer in turn; a body is sent again with it."""
        response = yield self._with_basic(request) if self._digest is None else next(self._digest.auth_flow(request))
        if response.status_code != 401:
            return
        offered = challenges(response.headers.get_list("www-authenticate"))
        challenge = next((one for scheme, one in offered if scheme == "digest" and _is_known(one)), None)
        takes_basic = any(scheme == "basic" for scheme, _ in offered)
        # Where Basic was refused by who takes it, the password is wrong; a Digest may only be too old.
        if challenge and (self._digest or not takes_basic):
            yield self._with_digest(request, challenge)
        elif takes_basic and self._digest:
            self._digest = None
            yield self._with_basic(request)

    def _with_basic(self, request: httpx.Request) -> httpx.Request:
        import httpx

        return next(httpx.BasicAuth(self._login.user, self._login.password).auth_flow(request))

    def _with_digest(self, request: httpx.Request, challenge: str) -> httpx.Request:
        import httpx

        self._digest = self._digest or httpx.DigestAuth(self._login.user, self._login.password)
        flow = self._digest.auth_flow(request)
        next(flow)
        try:
            return flow.send(httpx.Response(401, headers=[("www-authenticate", challenge)], request=request))
        except (httpx.ProtocolError, ValueError, LookupError):
            raise Unanswered("its Digest challenge cannot be read", Reason.LOGIN_UNKNOWN, scheme="Digest") from None


def challenges(headers: Sequence[str]) -> list[tuple[str, str]]:
    """Return the challenges of WWW-Authenticate headers, each with its scheme in lower case; one may hold several."""
    return [found for header in headers for found in _challenges_of(header[:_LONGEST_CHALLENGE])]


def _challenges_of(header: str) -> Iterator[tuple[str, str]]:
    masked = _QUOTED.sub(lambda found: '"' * len(found[0]), header)
    begins = list(_SCHEME.finditer(masked))
    for begin, following in zip_longest(begins, begins[1:]):
        end = following.start() if following else len(header)
        yield begin[1].lower(), header[begin.start(1) : end].strip(" ,\t")


def _is_known(challenge: str) -> bool:
    algorithm, qop = _ALGORITHM.search(challenge), _QOP.search(challenge)
    qops = re.split(r"[,\s]+", (qop[1] or qop[2]).lower()) if qop else ["auth"]
    return " " in challenge and "auth" in qops and (algorithm is None or algorithm[1].upper() in _ALGORITHMS)
