"""Provider HTTP: what Authlib sends its requests with: httpx, a deadline for the whole of each, and no redirect."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from plugins.booking.oauth.access_token import TokenUnavailable

DEADLINE_SECONDS = 15.0
_MOST_BYTES = 64_000
LONGEST_WAIT_SECONDS = 3600.0
_LONGEST_SPAN = 10 * 365 * 24 * 3600


class ProviderBusy(TokenUnavailable):
    """The provider cannot be reached, or says that it is too much; `wait` is how many seconds it asks for."""

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True)
class Reply:
    status_code: int
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Read the body, without the words beside an error's code.

        They may quote what was sent, and Authlib gives up on those that RFC 6749 (5.2) forbids: Microsoft's have lines.
        """
        try:
            found = json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if isinstance(found, dict) and "error" in found:
            return {name: value for name, value in found.items() if name not in {"error_description", "error_uri"}}
        return found

    def read(self) -> dict[str, Any]:
        try:
            found = self.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProviderBusy("the provider's answer cannot be understood")
        return found

    def raise_for_status(self) -> None:
        """Authlib asks before it says that an answer is no JSON."""


class ProviderHttp:
    """What Authlib sends its requests with: httpx, a deadline for the whole of each, and never a redirect."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Reply:  # noqa: ANN401
        form = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        url, sent, body = auth.prepare("POST", url, form | dict(headers), urlencode(data))
        return self.ask("POST", url, sent, body)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: str) -> Reply:
        import httpx  # four megabytes

        try:
            return asyncio.run(self._asked(method, url, headers, body))
        except TimeoutError:
            raise ProviderBusy(f"the provider does not answer within {self._deadline:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise ProviderBusy(f"the provider cannot be reached: {type(error).__name__}") from None

    async def _asked(self, method: str, url: str, headers: Mapping[str, str], body: str) -> Reply:
        import httpx

        async with (
            asyncio.timeout(self._deadline),
            httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=self._deadline) as client,
            client.stream(method, url, headers={"User-Agent": "Maglia", **headers}, content=body) as answer,
        ):
            if answer.status_code == 429 or answer.status_code >= 500:
                raise ProviderBusy(f"the provider answers {answer.status_code}", _wait(answer.headers))
            found = bytearray()
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > _MOST_BYTES:
                    raise ProviderBusy("the provider's answer is too long")
            return Reply(answer.status_code, bytes(found))


def seconds_of(value: object) -> int | None:
    """Read a number of seconds, None where it is none."""
    # Some send a number as a text; none is of a token that outlives its owner.
    try:
        return max(-_LONGEST_SPAN, min(int(float(str(value))), _LONGEST_SPAN))
    except (ValueError, OverflowError):
        return None


def _wait(headers: Mapping[str, str]) -> float | None:
    seconds = seconds_of(headers.get("retry-after"))
    return None if seconds is None or seconds < 0 else min(float(seconds), LONGEST_WAIT_SECONDS)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
