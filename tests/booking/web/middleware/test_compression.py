"""Pages travel packed where that tells nobody anything."""

from __future__ import annotations

import gzip

import brotli
import pytest

from tests.booking.endpoint import Endpoint
from tests.booking.office import asked

TIMES = "/appuntamenti/orari?meeting=conoscitiva"


def raw(desk: Endpoint, path: str, takes: str | None, method: str = "GET") -> tuple[dict[str, str], bytes]:
    headers = {"Accept-Encoding": takes} if takes is not None else {}
    request = desk.http.build_request(method, path, headers=headers)
    if takes is None:
        del request.headers["Accept-Encoding"]
    answer = desk.http.send(request, stream=True)
    body = b"".join(answer.iter_raw())
    return dict(answer.headers), body


@pytest.mark.parametrize(
    ("takes", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, GZIP;q=0.5", "gzip"),
        ("deflate, x-gzip ; q = 1.0", "gzip"),
    ],
)
def test_page_is_compressed_in_the_best_accepted_encoding(desk: Endpoint, takes: str, coding: str) -> None:
    headers, body = raw(desk, TIMES, takes)
    _, plain = raw(desk, TIMES, "identity")
    assert headers["content-encoding"] == coding
    assert int(headers["content-length"]) == len(body) < len(plain) / 2
    assert {"br": brotli, "gzip": gzip}[coding].decompress(body) == plain
    assert "accept-encoding" in headers["vary"].lower()


@pytest.mark.parametrize("takes", [None, "", "identity", "zstd", "gzip;q=0", "br;q=0.0, gzip; q=0.000, *"])
def test_client_accepting_no_compression_gets_plain_page_with_vary(desk: Endpoint, takes: str | None) -> None:
    headers, body = raw(desk, TIMES, takes)
    assert "content-encoding" not in headers
    assert body.startswith(b"<!doctype html>")
    assert "accept-encoding" in headers["vary"].lower()


def test_a_head_says_what_a_get_would(desk: Endpoint) -> None:
    got, asked_for = raw(desk, TIMES, "gzip")[0], raw(desk, TIMES, "gzip", "HEAD")
    assert asked_for[1] == b""
    assert [asked_for[0][name] for name in ("content-encoding", "content-length")] == [
        got[name] for name in ("content-encoding", "content-length")
    ]


def test_booking_pages_are_compressed_and_cookie_pages_never(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    own = f"/appuntamenti/{made['manage_url'].rstrip('/').rsplit('/', 1)[1]}/"
    for path, coding in {
        own: "br",
        f"{own}annulla": "br",
        "/appuntamenti/x/": "br",
        "/agenda/": None,
        "/agenda/entra/x/": None,
        "/api/slots?meeting=conoscitiva": "br",
        "/api/meetings": None,
    }.items():
        headers, body = raw(desk, path, "gzip, br")
        assert body
        assert headers.get("content-encoding") == coding, path
