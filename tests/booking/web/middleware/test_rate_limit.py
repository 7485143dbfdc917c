"""What a post must pass."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import Request

from plugins.booking.settings import RateLimit
from plugins.booking.web.middleware.origin_check import OriginCheck
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.rate_limit import RateLimitCheck, wait_in_words
from tests.booking.coroutines import run_coroutine

HOME = "https://example.org"


def request(client: str = "192.0.2.1", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named, "client": (client, 1)})


def passes(gate: OriginCheck | RateLimitCheck, asked: Request) -> bool:
    try:
        run_coroutine(gate(asked))
    except Problem:
        return False
    return True


@pytest.mark.parametrize(
    ("headers", "through"),
    [
        ({}, True),
        ({"origin": HOME}, True),
        ({"origin": "HTTPS://Example.org"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "null", "sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "Same-Origin"}, False),
        ({"origin": HOME, "sec_fetch_site": "cross-site"}, True),
        ({"origin": f"{HOME}.evil.example"}, False),
        ({"origin": f"{HOME}:8443"}, False),
        ({"origin": "http://example.org"}, False),
        ({"origin": f"{HOME}/"}, False),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, False),
    ],
)
def test_only_our_own_pages_may_post(headers: dict[str, str], through: bool) -> None:
    assert passes(OriginCheck(frozenset({HOME}), dev=False), request(**headers)) is through


@pytest.mark.parametrize("name", [b"origin", b"sec-fetch-site"])
def test_what_is_said_twice_is_not_believed(name: bytes) -> None:
    said = [(name, b"https://example.org"), (name, b"https://evil.example")]
    asked = Request({"type": "http", "headers": said, "client": ("192.0.2.1", 1)})
    assert not passes(OriginCheck(frozenset({HOME}), dev=False), asked)


def test_development_mode_accepts_posts_from_the_sites_own_local_address() -> None:
    gate = OriginCheck(frozenset({HOME}), dev=True)
    assert passes(gate, request(origin="http://localhost:8000", host="localhost:8000"))
    assert not passes(gate, request(origin="https://evil.example", host="localhost:8000"))


class Seconds:
    """A monotonic clock that moves on only when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_posts_are_counted_by_client_and_forgotten_in_time() -> None:
    seconds = Seconds()
    gate = RateLimitCheck(RateLimit(2, timedelta(minutes=1)), seconds)
    assert [passes(gate, request()) for _ in range(3)] == [True, True, False]
    assert passes(gate, request("192.0.2.2"))
    seconds.now = 60
    assert passes(gate, request())


@pytest.mark.parametrize(("seconds", "words"), [(1, "fra un minuto"), (60, "fra un minuto"), (61, "fra 2 minuti")])
def test_a_wait_is_said_in_whole_minutes(seconds: int, words: str) -> None:
    assert wait_in_words(seconds) == words


def test_an_ipv6_customer_is_one_client() -> None:
    gate = RateLimitCheck(RateLimit(1, timedelta(minutes=1)), Seconds())
    assert passes(gate, request("2001:db8::1"))
    assert not passes(gate, request("2001:db8::2"))
    assert passes(gate, request("2001:db8:0:1::1"))


def test_ipv4_clients_on_a_dual_stack_socket_are_limited_separately() -> None:
    gate = RateLimitCheck(RateLimit(1, timedelta(minutes=1)), Seconds())
    assert passes(gate, request("::ffff:192.0.2.1"))
    assert passes(gate, request("::ffff:192.0.2.2"))
    assert not passes(gate, request("192.0.2.1"))


def test_rate_limit_remembers_a_bounded_number_of_clients() -> None:
    gate = RateLimitCheck(RateLimit(1, timedelta(minutes=1)), Seconds())
    for number in range(12_000):
        assert passes(gate, request(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"))
    assert not passes(gate, request("10.0.46.223"))  # the last but none
    assert passes(gate, request("10.0.0.0"))
