"""What visitors get through the real nginx and the real Caddy."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import httpx
import pytest

from plugins.booking.service.link_tokens import Tokens
from plugins.content.templates.security_policy import HEADERS, PAGES_HEADER, site_policy
from tests.booking.conditional import again, said
from tests.deploy.conftest import Front
from tests.deploy.servers import caddy, free_port, nginx

Runner = Callable[[Path, Path, int, str], AbstractContextManager[None]]

MESSAGE = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def http(front: Front) -> Iterator[httpx.Client]:
    with front.client() as client:
        yield client


def careful(answer: httpx.Response, policy: str | None = None) -> None:
    """Hold that an answer has every header, and each but once."""
    for name, value in HEADERS.items():
        told = answer.headers.get_list(name)
        assert told in ([value], ["no-referrer"] if name == "Referrer-Policy" else [value]), (answer.url, name, told)
    policies = answer.headers.get_list("Content-Security-Policy")
    assert len(policies) == 1, answer.url
    assert "frame-ancestors 'none'" in policies[0]
    assert policies[0] == policy or policy is None


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    "path", ["/", "/blog/", "/theme/js/live-reload.js", "/feed.xml", "/manifest.webmanifest", "/404.html"]
)
def test_each_visitor_gets_the_packing_she_takes(front: Front, http: httpx.Client, path: str) -> None:
    file = front.site / (f"{path}index.html" if path.endswith("/") else path).lstrip("/")
    for takes, coding in (("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None), ("", None)):
        with http.stream("GET", path, headers={"Accept-Encoding": takes}) as answer:
            raw = b"".join(answer.iter_raw())
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, coding)
        suffix = {"br": ".br", "gzip": ".gz", None: ""}[coding]
        assert raw == file.with_name(file.name + suffix).read_bytes()
        assert "accept-encoding" in answer.headers.get("vary", "").lower() or coding is None
        careful(answer)
    assert brotli.decompress(file.with_name(f"{file.name}.br").read_bytes()) == file.read_bytes()


def test_files_say_what_they_are(http: httpx.Client) -> None:
    for path, kind in {
        "/": "text/html; charset=utf-8",
        "/manifest.webmanifest": "application/manifest+json",
        "/feed.xml": "application/atom+xml",
        "/theme/fonts/atkinson-hyperlegible-next-latin.woff2": "font/woff2",
        "/icons/icon.svg": "image/svg+xml",
    }.items():
        assert http.get(path).headers["content-type"].startswith(kind), path


def test_hashed_files_are_cached_for_ever_and_pages_are_revalidated(front: Front, http: httpx.Client) -> None:
    picture = next((front.site / "cards").iterdir()).name
    assert http.get(f"/cards/{picture}").headers["cache-control"] == "public, max-age=31536000, immutable"
    fragment = next((front.site / "pagefind" / "fragment").iterdir()).name
    assert http.get(f"/pagefind/fragment/{fragment}").headers["cache-control"] == "public, max-age=31536000, immutable"
    page = http.get("/")
    assert page.headers["cache-control"] == "no-cache"
    again = http.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_file_has_security_headers_and_search_pages_their_exception(front: Front, http: httpx.Client) -> None:
    for path in ("/", "/contatti/", "/cerca/", "/404.html"):
        careful(http.get(path), PAGES_HEADER)
    for path in ("/theme/js/live-reload.js", "/images/scrivania.svg", "/robots.txt", "/feed.xml"):
        careful(http.get(path), site_policy(()))
    careful(http.get("/pagefind/pagefind-worker.js"), site_policy((), searches=True))


def test_every_page_says_the_rest_of_its_policy_itself(front: Front) -> None:
    pages = sorted(front.site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text.partition("<script")[0], page


ASKED_AGAIN = [
    *("/", "/contatti/", "/cerca/", "/404.html", "/feed.xml", "/robots.txt", "/manifest.webmanifest"),
    *("/theme/js/live-reload.js", "/pagefind/pagefind-worker.js", "/images/scrivania.svg"),
    "/theme/fonts/atkinson-hyperlegible-next-latin.woff2",
    *("/api/meetings", "/api/openapi.json", "/health", "/agenda/", "/appuntamenti/orari?meeting=conoscitiva"),
    *("/blog", "/niente/", "/messaggi/", "/api/niente", "/appuntamenti/niente/", "/api"),
]


@pytest.mark.some_cases(12)
@pytest.mark.parametrize("path", ASKED_AGAIN)
def test_no_second_answer_says_other_headers_than_the_first(http: httpx.Client, path: str) -> None:
    first, others = again(http, path)
    seen = set()
    for asked, answer in others:
        seen.add(answer.status_code)
        told = said(answer)
        assert told.items() <= said(first).items(), asked
        # Caddy's 416 is Go's own, and says nothing of the page.
        assert answer.status_code in {304, 416} or told == said(first), asked
    assert first.status_code != 200 or path.startswith(("/a", "/h")) or {200, 206, 304, 412, 416} <= seen


def test_private_feed_through_the_proxy_keeps_its_headers_on_304(http: httpx.Client) -> None:
    first, others = again(http, f"/agenda/{Tokens(lambda: ('k' * 32,)).feed()}.ics")
    answers = list(others)
    assert first.headers["content-type"].startswith("text/calendar")
    assert {200, 304} <= {answer.status_code for _, answer in answers}
    for asked, answer in answers:
        assert said(answer) == said(first), asked
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("run", [nginx, caddy])
def test_nothing_is_added_to_a_304_of_the_endpoint(run: Runner, published: Path, tmp_path: Path) -> None:
    class Unchanged(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(304)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    port = free_port()
    with ThreadingHTTPServer(("127.0.0.1", 0), Unchanged) as endpoint:
        threading.Thread(target=endpoint.serve_forever, daemon=True).start()
        with run(tmp_path, published, port, f"127.0.0.1:{endpoint.server_port}"):
            scheme = "https" if run is nginx else "http"
            answer = httpx.get(f"{scheme}://127.0.0.1:{port}/api/meetings", verify=False)
        endpoint.shutdown()
    assert (answer.status_code, said(answer)) == (304, {})
    assert "cache-control" not in answer.headers


def test_what_is_not_there_is_the_sites_own_404(front: Front, http: httpx.Client) -> None:
    for path in ("/niente/", "/_headers", "/_redirects", "/.git/config", "/metrics", "/.errors/down.html", "/%00"):
        answer = http.get(path)
        assert answer.status_code in {404, 400}, path
        if answer.status_code == 404:
            assert answer.text == (front.site / "404.html").read_text(encoding="utf-8")
            assert answer.headers["cache-control"] == "no-store"
            careful(answer, PAGES_HEADER)


def test_a_further_language_has_its_own_404(front: Front, http: httpx.Client) -> None:
    own = (front.site / "404.html").read_text(encoding="utf-8")
    english = front.site / "en" / "404.html"
    english.parent.mkdir()
    english.write_text(own.replace("<h1", "<h1 lang=en"), encoding="utf-8")
    try:
        answer = http.get("/en/nothing/")
        assert (answer.status_code, answer.text) == (404, english.read_text(encoding="utf-8"))
        assert answer.headers["cache-control"] == "no-store"
        careful(answer, PAGES_HEADER)
        assert http.get("/de/nichts/").text == own
    finally:
        shutil.rmtree(english.parent)


def test_an_address_without_its_last_stroke_leads_to_the_page(http: httpx.Client) -> None:
    answer = http.get("/blog")
    assert answer.status_code in {301, 308}
    assert answer.headers["location"].endswith("/blog/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/meetings", 200),
        ("/appuntamenti/orari?meeting=conoscitiva", 200),
        ("/health", 200),
        ("/agenda/", 200),
        ("/api/niente", 404),
        ("/appuntamenti/niente/", 404),
        ("/messaggi/", 303),
        # Below the prefix of any language: the endpoint knows which the site has.
        ("/xx/api/meetings", 307),
        ("/xx/appuntamenti/orari?meeting=conoscitiva", 307),
        ("/xx-YY/messaggi/", 307),
    ],
)
def test_the_endpoint_answers_with_its_own_headers(http: httpx.Client, path: str, status: int) -> None:
    answer = http.get(path)
    assert answer.status_code == status
    careful(answer)
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    assert ("style-src 'sha256-" in answer.headers["content-security-policy"]) is is_page


def test_endpoint_pages_are_compressed_and_cookie_pages_are_not(http: httpx.Client) -> None:
    for path, coding in {"/appuntamenti/orari?meeting=conoscitiva": "br", "/agenda/": None}.items():
        answer = http.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, coding), path


def test_overlong_body_is_refused_with_413_by_endpoint_or_proxy(http: httpx.Client) -> None:
    for size in (70_000, 300_000):
        page = http.post("/messaggi/", content=b"x" * size, headers=FORM)
        assert page.status_code == 413
        assert "<h1" in page.text
        assert "64 kB" in page.text
        careful(page)
        told = http.post("/api/messages", content=b"x" * size, headers={"Content-Type": "application/json"})
        assert told.headers["content-type"].startswith("application/problem+json")
        assert told.json()["status"] == told.status_code == 413
        careful(told)


def test_an_endpoint_that_is_gone_is_told_in_italian(front: Front) -> None:
    with front.client() as client:
        client.base_url = httpx.URL(front.down)
        page = client.post("/messaggi/", data=MESSAGE)
        assert page.status_code == 502
        assert "non risponde" in page.text
        assert page.headers["cache-control"] == "no-store"
        careful(page)
        told = client.get("/api/meetings")
        assert told.headers["content-type"].startswith("application/problem+json")
        assert told.json()["status"] == told.status_code == 502
        careful(told)
        # The site itself does not need it.
        assert client.get("/contatti/").status_code == 200


def test_clients_are_limited_by_source_address_and_not_forged_headers(front: Front) -> None:
    def post(source: str, number: int, **headers: str) -> int:
        with front.client(source) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            body = MESSAGE | {"message": f"{source} {number}"}
            return client.post("/api/messages", json=body, headers=named).status_code

    forged = {"X_Forwarded_For": "192.0.2.9", "Forwarded": "for=192.0.2.9", "X_Real_IP": "192.0.2.9"}
    assert [post("127.0.0.2", number, **forged) for number in range(4)] == [201, 201, 201, 429]
    for number in range(4):
        assert post("127.0.0.2", number, X_Forwarded_For=f"192.0.2.{number}") == 429
    assert post("127.0.0.3", 0) == 201
