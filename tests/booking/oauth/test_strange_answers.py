"""What a provider answers otherwise than it should kills no account, and is never taken for a token."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

import pytest

from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.provider_http import ProviderBusy, seconds_of
from plugins.booking.oauth.token_requests import ProviderRefusal, TokenRequests
from tests.booking.oauth.stand_in import standing_in

SECRET = "".join(chr(code) for code in range(33, 127))
GOOD = {"access_token": "a1", "token_type": "bearer", "expires_in": 3599, "refresh_token": "r2"}


def say(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def told(status: int, value: object, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    return say(status, json.dumps(value).encode(), Content_Type="application/json", **headers)


def trickle(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    """Send a byte now and then, and never end."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        handler.server.is_over.wait(0.05)  # type: ignore[attr-defined]


STRANGE = {
    "a page": say(200, b"<p>sign in"),
    "a page of an error": say(400, b"<p>Bad Request"),
    "a list": told(200, []),
    "a number": told(200, 7),
    "nothing": say(200, b""),
    "much within much": say(200, b"[" * 60_000),
    "no token": told(200, {"token_type": "bearer"}),
    "a token that is no text": told(200, GOOD | {"access_token": 7}),
    "a token in two lines": told(200, GOOD | {"access_token": "a\r\nX: y"}),
    "a token beyond ASCII": told(200, GOOD | {"access_token": "caffè"}),
    "a token of another kind": told(200, GOOD | {"token_type": "mac"}),
    "another place": say(302, b"", Location="http://127.0.0.1:9/token"),
    "an error of another part": told(403, {"error": {"code": 403, "message": "rate limit"}}),
    "an error that passes": told(400, {"error": "temporarily_unavailable"}),
    "too much": told(429, {"error": "invalid_grant"}),
    "a fault": told(503, {"error": "invalid_grant"}),
    "too long": say(200, b" " * 100_000),
    "never an end": trickle,
}


@pytest.mark.parametrize("how", STRANGE, ids=str)
def test_a_strange_answer_is_no_token_and_no_death(how: str) -> None:
    with standing_in(STRANGE[how]) as address:
        requests = TokenRequests("google", ClientSettings("c1", SECRET, base_url=address), deadline=1)
        with pytest.raises(ProviderBusy) as error:
            requests.refresh("r1")
    assert "caffè" not in str(error.value)


@pytest.mark.parametrize("payload", [b"[" * 40_000, b"{", b"7", b"\xff", b""])
def test_a_strange_identity_costs_no_token(payload: bytes) -> None:
    identity = f"a.{base64.urlsafe_b64encode(payload).decode()}.c"
    with standing_in(told(200, GOOD | {"id_token": identity})) as address:
        answer = TokenRequests("google", ClientSettings("c1", SECRET, base_url=address)).refresh("r1")
    assert (answer.access, answer.refresh, answer.claims) == ("a1", "r2", {})


@pytest.mark.parametrize(
    "code", ["invalid_grant", "invalid_client", "interaction_required", "consent_required", "admin_policy_enforced"]
)
def test_a_last_word_is_told_by_its_code_alone(code: str) -> None:
    with standing_in(told(400, {"error": code, "error_description": f"r1 of {SECRET}"})) as address:
        requests = TokenRequests("google", ClientSettings("c1", SECRET, base_url=address))
        with pytest.raises(ProviderRefusal) as error:
            requests.refresh("r1")
    assert str(error.value) == code


def test_words_of_microsofts_beside_a_code_hide_it_not() -> None:
    words = 'AADSTS70008: The refresh token has expired.\r\nTrace ID: 0\r\nCorrelation ID: 0\r\nTimestamp: "2027"'
    refusal = {
        "error": "invalid_grant",
        "error_description": words,
        "error_codes": [70008],
        "suberror": "token_expired",
    }
    with standing_in(told(400, refusal)) as address:
        requests = TokenRequests("microsoft", ClientSettings("c1", base_url=address))
        with pytest.raises(ProviderRefusal, match=r"^invalid_grant$"):
            requests.refresh("r1")


def test_an_error_that_quotes_is_not_repeated() -> None:
    with standing_in(told(400, {"error": f"bad token {SECRET}"})) as address:
        requests = TokenRequests("google", ClientSettings("c1", SECRET, base_url=address))
        with pytest.raises(ProviderRefusal, match=r"^unknown_error$"):
            requests.refresh("r1")


def test_every_sign_of_a_secret_arrives_as_it_is() -> None:
    heard: list[dict[str, list[str]]] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        heard.append(parse_qs(body.decode()))
        told(200, GOOD)(handler, body)

    with standing_in(answer) as address:
        found = TokenRequests("google", ClientSettings("c1", SECRET, base_url=address)).refresh(SECRET)
    assert (found.access, found.refresh, found.lasts) == ("a1", "r2", 3599)
    assert heard == [
        {"grant_type": ["refresh_token"], "refresh_token": [SECRET], "client_id": ["c1"], "client_secret": [SECRET]}
    ]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(60, 60), ("60", 60), (3599.5, 3599), (None, None), ("soon", None), ("nan", None), ("1e999", None), ([], None)],
)
def test_spans_are_read_as_numbers_or_texts(value: object, seconds: int | None) -> None:
    assert seconds_of(value) == seconds


def test_a_span_beyond_all_calendars_can_be_added() -> None:
    for digits in ("9" * 40, "-" + "9" * 40):
        assert datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds_of(digits) or 0)
