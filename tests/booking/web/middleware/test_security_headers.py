"""The headers that every answer carries, whatever it answers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from plugins.booking.web.middleware.security_headers import POLICY, SecurityHeaders
from plugins.content.templates.security_policy import HEADERS, NO_PAGE
from tests.booking.agenda.owner import book, sign_in
from tests.booking.agenda.test_calendar_feed import feed
from tests.booking.conditional import again, said
from tests.booking.coroutines import run_coroutine
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked
from tests.booking.routes import addresses
from tests.soak import soak_count

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def careful(answer: httpx.Response) -> None:
    """Hold that an answer has every header, and a policy that fits what it is."""
    told = answer.headers
    where = (answer.request.method, answer.request.url.path, answer.status_code)
    for name, value in HEADERS.items():
        assert told[name] in {value, "no-referrer"}, (*where, name)
    policy = told["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    if told.get("content-type", "").startswith("text/html"):
        assert "style-src 'sha256-" in policy, where
    else:
        assert policy == NO_PAGE, where


def token_of(desk: Endpoint, **changed: object) -> str:
    answer = desk.http.post("/api/bookings", json=asked(**changed))
    return str(answer.json()["manage_url"].rstrip("/").rpartition("/")[2])


def test_every_address_answers_with_the_headers_of_a_careful_server(desk: Endpoint) -> None:
    token = token_of(desk)
    booking = book(desk, start="2027-01-14T10:00:00+01:00")
    named = {"token": token, "booking": booking, "block": booking, "waiting": booking, "group": booking}
    named |= {"number": "1", "name": "x"}
    sign_in(desk)
    seen = set()
    for method, path in addresses(desk, **named):
        for asked_by in {method, "GET", "HEAD", "OPTIONS", "POST", "TRACE"}:
            answer = desk.http.request(asked_by, path)
            careful(answer)
            seen.add(answer.status_code)
    assert {200, 303, 307, 404, 405, 415} <= seen


@pytest.mark.parametrize(
    ("status", "path", "body", "headers"),
    [
        (400, "/messaggi/", b"name=%ff", FORM),
        (400, "/api/messages", b"{", {"Content-Type": "application/json"}),
        (403, "/messaggi/", b"name=x", FORM | {"Origin": "https://evil.example"}),
        (404, "/appuntamenti/niente/", None, {}),
        (404, "/altrove", None, {}),
        (413, "/messaggi/", b"x" * 70_000, FORM),
        (413, "/api/messages", b"x" * 70_000, {"Content-Type": "application/json"}),
        (415, "/messaggi/", b"{}", {"Content-Type": "text/plain"}),
        (415, "/api/messages", b"{}", {"Content-Type": "text/plain"}),
        (422, "/messaggi/", b"name=", FORM),
        (422, "/api/messages", b"{}", {"Content-Type": "application/json"}),
    ],
)
def test_so_does_every_error(
    desk: Endpoint, status: int, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    answer = desk.http.request("GET" if body is None else "POST", path, content=body, headers=headers)
    assert answer.status_code == status
    careful(answer)


@pytest.mark.some_cases(0)
@pytest.mark.soak
def test_repeated_endpoint_answers_carry_the_same_security_headers(desk: Endpoint) -> None:
    token = token_of(desk)
    booking = book(desk, start="2027-01-14T10:00:00+01:00")
    named = {"token": token, "booking": booking, "block": booking, "waiting": booking, "group": booking}
    named |= {"number": "1", "name": "x"}
    sign_in(desk)
    gets = sorted({path for method, path in addresses(desk, **named) if method == "GET"})
    seen = set()
    for path in [*gets[:: soak_count(4, 1)], feed(desk).address, "/niente/"]:
        first, others = again(desk.http, path)
        for asked_for, answer in others:
            seen.add(answer.status_code)
            assert said(answer) == said(first), asked_for
    assert {200, 303, 304, 404} <= seen


def test_nothing_is_added_to_a_304_that_says_nothing() -> None:
    async def unchanged(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=304)(scope, receive, send)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(SecurityHeaders(unchanged, lambda: "default-src 'self'"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            return await http.get("/")

    assert said(run_coroutine(ask())) == {}


def test_visitors_between_two_origins_keep_their_words_in_firefox(content: Path, tmp_path: Path) -> None:
    opener = "Cross-Origin-Opener-Policy"
    database, pages = f"sqlite:///{tmp_path}/booking.db", "https://pagine.example"
    with endpoint(content, database, BOOKING_SITE_URL="http://127.0.0.1:8000", BOOKING_PAGES_URL=pages) as desk:
        for answer in (
            desk.http.get("/appuntamenti/orari?meeting=conoscitiva"),
            desk.http.post("/messaggi/", data={"name": "Ada"}),
            desk.http.get("/appuntamenti/niente/"),
        ):
            assert opener not in answer.headers
        assert desk.http.get("/agenda/").headers[opener] == "same-origin"


FILES = {
    "index.html": '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">' + "x" * 50,
    "bare/index.html": "nothing said of what it may do" * 5,
    "404.html": '<meta http-equiv="Content-Security-Policy" content="img-src \'self\'">' + "x" * 50,
    "a.css": "body { color: red }" * 5,
    "a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>" * 5,
    "pagefind/worker.js": "// what searches" * 5,
}


def test_repeated_file_answers_carry_the_same_security_headers(content: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name, text in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", BOOKING_DEV="1", BOOKING_SITE_DIR=str(site)) as desk:
        for path in ("/", "/bare/", "/404.html", "/a.css", "/a.svg", "/pagefind/worker.js", "/bare", "/niente"):
            first, others = again(desk.http, path)
            seen = set()
            for asked_for, answer in others:
                seen.add(answer.status_code)
                assert said(answer) == said(first), asked_for
            assert first.status_code != 200 or {200, 206, 304, 400, 416} <= seen
        assert said(desk.http.get("/"))[POLICY] == {"default-src 'self'; frame-ancestors 'none'"}
        assert said(desk.http.get("/niente"))[POLICY] == {"img-src 'self'; frame-ancestors 'none'"}
        assert said(desk.http.get("/a.css"))[POLICY] == {NO_PAGE}


def test_so_does_who_posts_too_often(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", BOOKING_RATE_LIMIT="1/hour") as desk:
        for path, fields in (("/api/messages", {}), ("/messaggi/", {"name": "x"})):
            desk.http.post(path, data=fields)
            answer = desk.http.post(path, data=fields, headers=FORM)
            assert answer.status_code == 429
            careful(answer)


def test_token_pages_are_not_cached_and_send_no_referrer(desk: Endpoint) -> None:
    token = token_of(desk)
    for path in (
        f"/appuntamenti/{token}/",
        f"/appuntamenti/{token}",
        f"/appuntamenti/{token}/sposta",
        f"/appuntamenti/{token}/annulla",
        f"/appuntamenti/{token}/invito.ics",
        f"/appuntamenti/{token}/altro",
        f"/appuntamenti/{token}x/",
        f"/api/bookings/{token}",
        f"/api/bookings/{token}x",
        "/agenda/",
        "/agenda/entra/niente/",
    ):
        headers = desk.http.get(path).headers
        assert headers["cache-control"] == "no-store", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "noindex" in headers["x-robots-tag"], path
    for path in (f"/api/bookings/{token}/cancel", f"/appuntamenti/{token}/annulla"):
        headers = desk.http.post(path, data={}, headers=FORM).headers
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
