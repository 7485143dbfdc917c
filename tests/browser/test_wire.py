"""What travels when a page is opened for the first time, as the published site sends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request

from plugins.content.templates.template_filters import stylesheet
from tests.booking.office import asked
from tests.booking.processes import free_starts, serving_forked
from tests.browser.published import handing_out
from tests.browser.test_every_page import nu
from tests.building import CONTENT, ROOT, build
from tests.media.photo import photo

LONG = "blog/articolo-lungo/"
AT_ONCE = 8


@dataclass(frozen=True)
class Budget:
    """The most a kind of page may weigh on its first view: kilobytes as they travel, and requests."""

    html: float
    script: float
    font: float
    image: float
    requests: int


# The owner's drawn face, which a page has within itself; a photo of hers weighs up to twelve as a file of its own.
FACE = 1
# From the project's visual direction.
HOME, SERVICE, ARTICLE = Budget(14, 0, 14, 60, 5), Budget(12 + FACE, 0, 14, 25, 4), Budget(16, 1, 14, 45, 5)
LIST, SEARCH, FORM, OTHER = (
    Budget(10, 0, 14, 40, 8),
    Budget(8, 4, 14, 40, 4),
    Budget(12, 4, 14, 0, 4),
    Budget(9, 0, 14, 0, 3),
)
# Pages with a picture of their own, which the kinds that have none do not foresee: a photo, or a drawing in the page.
PICTURED = Budget(9 + 4, 0, 14, 25 - 4, 4)


def budget(address: str) -> Budget:
    """The budget of the page at an address, without a slash in front."""
    parts = address.strip("/").split("/")
    if address == "":
        return HOME
    if parts[0] == "servizi":
        return SERVICE if len(parts) == 3 else LIST
    if parts[0] == "blog":
        return ARTICLE if len(parts) == 2 and parts[1] not in {"archivio", "categoria", "tag"} else LIST
    return {"cerca": SEARCH, "contatti": FORM, "prenota": FORM, "chi-sono": PICTURED}.get(parts[0], OTHER)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder and the address of the public site, with an article of 2,500 words that opens on a phone's photo."""
    place = tmp_path_factory.mktemp("published")
    content = Path(shutil.copytree(CONTENT, place / "content"))
    (content / "images" / "foto.jpg").write_bytes(photo(4000, 3000))
    words = [
        line
        for file in sorted(content.glob("blog/*.md"))
        for line in file.read_text(encoding="utf-8").split("---\n", 2)[2].split("\n\n")
        if line and not line.startswith(("<", "#"))
    ]
    text, number = "", 0
    while len(text.split()) < 2500:
        text, number = (
            f"{text}\n\n## Parte {number}\n\n{words[number % len(words)]}\n\n{words[-number % len(words)]}",
            number + 1,
        )
    head = "title: Un articolo lungo\ndate: 2026-05-04\ncategory: Mestiere\nsummary: Duemilacinquecento parole."
    opening = "![La scrivania, di mattina]({static}/images/foto.jpg)"
    (content / "blog" / "articolo-lungo.md").write_text(f"---\n{head}\n---\n{opening}\n{text}\n", encoding="utf-8")
    output = place / "output"
    with handing_out(output) as address:
        done = build(content, output, "publishconf.py", "-e", f'SITEURL="{address}"')
        assert done.returncode == 0, done.stderr
        yield output, address


@pytest.fixture(scope="module")
def answering(published: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the same site with an endpoint behind the same server."""
    database = tmp_path_factory.mktemp("answering") / "booking.db"
    own = {"BOOKING_DATABASE_URL": f"sqlite:///{database}", "BOOKING_CONTENT": str(CONTENT)}
    with serving_forked(**own) as endpoint, handing_out(published[0], lambda: endpoint.address) as address:
        yield address


def pages(output: Path) -> list[str]:
    files = sorted(output.rglob("*.html"))
    return [file.relative_to(output).as_posix().removesuffix("index.html") for file in files]


@dataclass
class View:
    """What a first view fetched: bytes by kind, the requests, and those that went elsewhere."""

    weights: dict[str, float]
    requests: list[str]
    elsewhere: list[str]
    cookies: int


class FirstView:
    """A page that is opened in a fresh phone, as far as its first screen."""

    def __init__(self, browser: Browser, site: str, address: str) -> None:
        self.address = address
        self._site = site
        self._context = browser.new_context(viewport={"width": 360, "height": 800}, device_scale_factor=2)
        self._page = self._context.new_page()
        self._asked: list[str] = []
        self._finished: list[Request] = []
        self._page.on("request", lambda request: self._asked.append(request.url))
        self._page.on("requestfinished", lambda request: self._finished.append(request))
        self._page.goto(f"{site}/{address}", wait_until="commit")

    def weighed(self) -> View:
        """What came, as soon as nothing comes any more."""
        self._page.wait_for_load_state("networkidle")
        elsewhere = [url for url in self._asked if foreign(url, self._site)]
        view = View({"document": 0, "script": 0, "font": 0, "image": 0, "stylesheet": 0}, [], elsewhere, 0)
        for request in self._finished:
            # What a browser fetches for its own chrome, and what travels within the page itself.
            if request.url.startswith("data:") or request.resource_type == "manifest" or "favicon" in request.url:
                continue
            view.requests.append(urlsplit(request.url).path)
            kind = request.resource_type if request.resource_type in view.weights else "document"
            view.weights[kind] += request.sizes()["responseBodySize"] / 1024
        view.cookies = len(self._context.cookies())
        self._context.close()
        return view


def first_views(browser: Browser, site: str, addresses: Sequence[str]) -> Iterator[tuple[str, View]]:
    """Open pages each in a fresh phone, and weigh what came; a few at a time, for most of it is waiting."""
    for place in range(0, len(addresses), AT_ONCE):
        opened = [FirstView(browser, site, address) for address in addresses[place : place + AT_ONCE]]
        yield from [(one.address, one.weighed()) for one in opened]


def foreign(url: str, site: str) -> bool:
    return not url.startswith((site, "data:"))


def test_no_page_is_over_its_budget(browser: Browser, published: tuple[Path, str]) -> None:
    output, site = published
    over = []
    addresses = pages(output)
    assert LONG in addresses
    assert len(addresses) > 45
    for address, view in first_views(browser, site, addresses):
        most, weights = budget(address), view.weights
        for kind, limit in (
            ("document", most.html),
            ("script", most.script),
            ("font", most.font),
            ("image", most.image),
        ):
            # The letters of Italian weigh 14 KB, those of the other European languages 4 more.
            if weights[kind] > limit + (4 if kind == "font" else 0):
                over.append(f"/{address}: {kind} {weights[kind]:.1f} KB > {limit}")
        if len(view.requests) > most.requests:
            over.append(f"/{address}: {len(view.requests)} requests > {most.requests}: {view.requests}")
        over += [f"/{address}: asks {url}" for url in view.elsewhere]
        over += [f"/{address}: sets a cookie"] * view.cookies
    assert over == []


def test_no_page_of_a_booking_is_over_its_budget(browser: Browser, answering: str) -> None:
    site, meeting, over = answering, "meeting=conoscitiva", []
    start, other = free_starts(site)[:2]
    manage = urlsplit(book(site, start=start)).path.lstrip("/")
    addresses = [
        f"appuntamenti/orari?{meeting}&service=cosa-delegare",
        f"appuntamenti/orari?{meeting}&timezone=Asia/Kathmandu",
        f"appuntamenti/fuso?{meeting}",
        f"appuntamenti/dettagli?{meeting}&start={quote(other)}",
        f"appuntamenti/dettagli?{meeting}&start={quote(start)}",
        manage,
        f"{manage}sposta",
        f"{manage}annulla",
        "appuntamenti/niente/",
    ]
    for address, view in first_views(browser, site, addresses):
        if view.weights["document"] > FORM.html or view.weights["script"] > FORM.script:
            over.append(f"/{address}: {view.weights}")
        if len(view.requests) > FORM.requests or view.elsewhere or view.cookies:
            over.append(f"/{address}: {view.requests} {view.elsewhere} {view.cookies}")
    assert over == []


def book(site: str, **changed: object) -> str:
    """Book, and return the address that manages the booking."""
    answer = httpx.post(f"{site}/api/bookings", json=asked(**changed))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["manage_url"])


def test_one_font_is_preloaded_and_no_stylesheet_blocks_rendering(published: tuple[Path, str]) -> None:
    output, _ = published
    for address in pages(output):
        html = (output / (address if address.endswith(".html") else f"{address}index.html")).read_text(encoding="utf-8")
        if 'http-equiv="refresh"' in html:
            continue
        assert html.count('rel="preload"') == 1
        assert 'as="font" type="font/woff2" crossorigin' in html
        styles = [part.split(">")[0] for part in html.split("<link")[1:] if 'rel="stylesheet"' in part.split(">")[0]]
        assert all('href="data:' in style for style in styles)


def test_the_nu_checker_finds_nothing_in_the_published_site(published: tuple[Path, str]) -> None:
    assert nu(published[0]) == []


def test_nothing_disables_the_back_forward_cache() -> None:
    for file in [*(ROOT / "theme").rglob("*.js"), *(ROOT / "theme").rglob("*.html")]:
        text = file.read_text(encoding="utf-8")
        assert "unload" not in text.replace("reload", ""), file
        assert "no-store" not in text or file.name == "live-reload.js", file


KINDS = [
    "",
    "servizi/",
    "servizi/macro/",
    "servizi/macro/verifica-costi/",
    "blog/",
    LONG,
    "blog/archivio/",
    "cerca/",
    "chi-sono/",
    "come-lavoro/",
    "contatti/",
    "prenota/",
    "privacy/",
    "404.html",
]


@pytest.mark.some_cases(6)
@pytest.mark.parametrize("address", KINDS)
@pytest.mark.parametrize("width", [360, 1280])
def test_site_page_with_reduced_css_looks_as_with_full_css(
    browser: Browser, published: tuple[Path, str], address: str, width: int
) -> None:
    own, whole = with_own_styles_and_with_all(browser, f"{published[1]}/{address}", width)
    assert own == whole


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "address",
    ["appuntamenti/orari?meeting=conoscitiva", "appuntamenti/fuso?meeting=conoscitiva", "appuntamenti/x/", "agenda/"],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_endpoint_page_with_reduced_css_looks_as_with_full_css(
    browser: Browser, answering: str, address: str, width: int
) -> None:
    own, whole = with_own_styles_and_with_all(browser, f"{answering}/{address}", width)
    assert own == whole


_MOST_PAINTINGS = 5


def with_own_styles_and_with_all(browser: Browser, url: str, width: int) -> tuple[bytes, bytes]:
    # The page's own policy would not let the other styles in.
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", bypass_csp=True)
    page.goto(url, wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.evaluate("document.querySelectorAll('img').forEach((one) => (one.loading = 'eager'))")
    page.wait_for_load_state("networkidle")
    styles = page.locator("head > style").inner_text()
    whole = stylesheet(ROOT / "theme")
    assert len(whole) > len(styles)
    # Both are put in by hand, in turn: each time that a page is painted it may round a corner in another way.
    seen: tuple[list[bytes], list[bytes]] = ([], [])
    for _ in range(_MOST_PAINTINGS):
        for pictures, css in zip(seen, (styles, whole), strict=True):
            pictures.append(_painted(page, css))
        if common := set(seen[0]) & set(seen[1]):
            seen[0].extend(common)
            seen[1].extend(common)
            break
    page.close()
    return seen[0][-1], seen[1][-1]


def _painted(page: Page, css: str) -> bytes:
    page.evaluate("document.querySelector('head > style').textContent = ''")
    page.evaluate("(css) => (document.querySelector('head > style').textContent = css)", css)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return page.screenshot(full_page=True, animations="disabled")
