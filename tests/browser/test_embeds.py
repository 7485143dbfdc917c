"""Declared embeds and forms of another service, behind nginx, under its header and the page's own policy at once."""

from __future__ import annotations

import re
import shutil
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_every_page import faults_here
from tests.building import CONTENT, build, edit
from tests.deploy.servers import certificate, free_port, nginx
from tests.publishing.mistakes import POST

VIDEO = "/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv"
TEXT = """Ecco.

{{video: {other}/w/kkGMgK9ZtnKfYAgnEtQxbv | Tre minuti al lavoro | images/scrivania.svg}}

{{map: https://www.openstreetmap.org/#map=17/45.0703/7.6869 | Lo studio in via Po}}

<form action="{other}/iscriviti" method="post">
<p class="field"><label for="posta">La tua email</label> <input id="posta" type="email" name="email" required></p>
<p><button>Iscrivimi</button></p>
</form>
"""


@dataclass
class Other:
    """A service of somebody else's, with what it was asked for."""

    address: str
    asked: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    folder = tmp_path_factory.mktemp("other")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if self.path != "/favicon.ico":
                service.asked.append((self.path, body, self.headers.get("Referer", "")))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Altrove</title><h1>Fatto</h1>")

        do_POST = do_GET

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder), folder / "privkey.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        service = Other(f"https://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, other: Other) -> Iterator[str]:
    """The address of a site with such a post, behind nginx."""
    folder, port = tmp_path_factory.mktemp("front"), free_port()
    content, address = Path(shutil.copytree(CONTENT, folder / "content")), f"https://127.0.0.1:{port}"
    edit(content / "identity.yaml", "brand:", f"form_addresses: [{other.address}/iscriviti]\nbrand:")
    (content / "blog" / "prova.md").write_text(
        POST.replace("Fine.", TEXT.format(other=other.address)), encoding="utf-8"
    )
    done = build(content, folder / "site", "publishconf.py", "-e", f'SITEURL="{address}"')
    assert done.returncode == 0, done.stderr
    with nginx(folder, folder / "site", port, "127.0.0.1:9"):
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(ignore_https_errors=True)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, front: str, other: Other) -> Page:
    """The post, as it was opened and not touched."""
    other.asked.clear()
    opened = context.new_page()
    opened.goto(f"{front}/blog/prova/", wait_until="networkidle")
    return opened


def refusals(page: Page) -> list[str]:
    """What the browser says, from now on, that a policy forbids."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    return said


def test_nothing_elsewhere_is_asked_for_before_a_touch(page: Page, other: Other, front: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert other.asked == []
    assert [url for url in asked if not url.startswith((front, "data:"))] == []


@pytest.mark.parametrize("key", ["", "Enter"])
def test_a_video_opens_in_its_place_and_nothing_moves(page: Page, other: Other, key: str) -> None:
    said = refusals(page)
    link = page.get_by_role("link", name="Tre minuti al lavoro")
    link.scroll_into_view_if_needed()
    before, height = link.bounding_box(), page.evaluate("document.body.scrollHeight")
    link.press(key) if key else link.click()
    frame = page.get_by_title("Tre minuti al lavoro")
    expect(frame.content_frame.get_by_role("heading", name="Fatto")).to_be_visible()
    assert (frame.bounding_box(), page.evaluate("document.body.scrollHeight")) == (before, height)
    assert page.evaluate("document.activeElement.title") == "Tre minuti al lavoro"
    # Of where its visitor is, the site alone.
    site = page.url.partition("/blog/")[0]
    assert [(path.partition("?")[0], referrer) for path, _, referrer in other.asked] == [(VIDEO, f"{site}/")]
    assert said == []


def test_without_scripts_a_link_leads_to_the_video(browser: Browser, front: str, other: Other) -> None:
    plain = browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{front}/blog/prova/")
    page.get_by_role("link", name="Tre minuti al lavoro").click()
    assert page.url == f"{other.address}/videos/watch/kkGMgK9ZtnKfYAgnEtQxbv"
    plain.close()


def test_a_page_frames_only_the_hosts_it_names(page: Page, front: str) -> None:
    said = refusals(page)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://altrove.example/'}))"
    )
    page.goto(f"{front}/contatti/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://www.openstreetmap.org/'}))"
    )
    page.wait_for_timeout(300)
    assert len(said) == 2
    assert all("Framing" in one for one in said)


def test_a_form_is_sent_to_the_address_that_is_named(page: Page, other: Other) -> None:
    said = refusals(page)
    page.get_by_label("La tua email").fill("zoe@example.com")
    page.get_by_role("button", name="Iscrivimi").click()
    expect(page.get_by_role("heading", name="Fatto")).to_be_visible()
    assert [(path, body) for path, body, _ in other.asked] == [("/iscriviti", "email=zoe%40example.com")]
    assert said == []


def test_a_form_is_sent_to_no_other_address(page: Page, other: Other) -> None:
    said = refusals(page)
    page.evaluate("document.querySelector('.prose form').action += '/altrove'")
    page.get_by_label("La tua email").fill("zoe@example.com")
    page.get_by_role("button", name="Iscrivimi").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert other.asked == []
    assert len(said) == 1


def test_embeds_and_written_forms_can_be_used_by_everybody(browser: Browser, front: str) -> None:
    context = browser.new_context(ignore_https_errors=True, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{front}/blog/prova/")
    assert faults_here(page) == []
    button = page.get_by_role("button", name="Iscrivimi").bounding_box()
    assert button
    assert button["height"] >= 44
    context.close()


def test_on_paper_a_link_with_its_title_is_left(page: Page) -> None:
    page.emulate_media(media="print")
    link = page.get_by_role("link", name="Lo studio in via Po")
    assert "openstreetmap.org" in page.evaluate(
        "getComputedStyle(document.querySelector('.embed-map > a'), '::after').content"
    )
    box = link.bounding_box()
    assert box
    assert box["height"] < 200


def test_the_feed_has_a_link_with_its_title(front: str) -> None:
    feed = unescape(httpx.get(f"{front}/feed.xml", verify=False).text)
    assert "<strong>Lo studio in via Po</strong>" in feed
    assert '<a href="https://www.openstreetmap.org/?mlat=45.0703' in feed
    assert "<iframe" not in feed
    assert "<script" not in feed


def test_pages_without_embeds_carry_nothing_of_them(front: str) -> None:
    for path in ("/", "/contatti/", "/blog/cosa-delegare-per-primo/"):
        html = httpx.get(f"{front}{path}", verify=False).text
        assert not re.search(r"embed|frame-src|media-src", html), path
