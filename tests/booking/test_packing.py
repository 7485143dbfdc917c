"""Pages travel packed where that tells nobody anything."""

from __future__ import annotations

import gzip

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


@pytest.mark.parametrize("takes", ["gzip", "br, GZIP;q=0.5", "deflate, x-gzip ; q = 1.0"])
def test_a_page_is_packed_for_who_takes_it_and_is_the_same_page(desk: Endpoint, takes: str) -> None:
    headers, body = raw(desk, TIMES, takes)
    _, plain = raw(desk, TIMES, "identity")
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(body) < len(plain) / 2
    assert gzip.decompress(body) == plain
    assert "accept-encoding" in headers["vary"].lower()


@pytest.mark.parametrize("takes", [None, "", "identity", "br", "gzip;q=0", "gzip; q=0.000, *"])
def test_who_does_not_take_it_gets_the_page_as_it_is_and_caches_are_told(desk: Endpoint, takes: str | None) -> None:
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


def test_what_holds_a_secret_is_never_packed(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    own = f"/appuntamenti/{made['manage_url'].rstrip('/').rsplit('/', 1)[1]}/"
    for path in (
        own,
        f"{own}annulla",
        f"{own}sposta",
        "/agenda/",
        "/api/slots?meeting=conoscitiva",
        "/appuntamenti/x/",
    ):
        headers, body = raw(desk, path, "gzip")
        assert body
        assert "content-encoding" not in headers, path
