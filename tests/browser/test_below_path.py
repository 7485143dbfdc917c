"""Below a path (`name.github.io/repo`) every address of site and endpoint leads somewhere below it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.published import ENDPOINT, published_site
from tests.browser.test_policy import WATCH, violations
from tests.building import CONTENT, ROOT, edit
from tests.media.photo import photo

PATH = "/sito/nuovo"
_ATTRIBUTE = re.compile(
    r"""\s(href|src|srcset|action|formaction|content|data-search|data-from|data-soonest|data-leads-to|data-health)=["']([^"']*)["']"""
)
_URL = re.compile(r"""url\((?:"([^"]*)"|'([^']*)'|([^"')\s]*))\)""")
_XML = re.compile(r"""<(?:loc|id|uri)>([^<]+)<|\shref="([^"]+)\"""")
# Of a link to the endpoint the answer is its own: a page of a form that was not filled in may be none.
_ANSWERED = (200, 303, 405, 422)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("below")


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[str]:
    content = place / "content"
    shutil.copytree(CONTENT, content)
    (content / "images" / "mare.jpg").write_bytes(photo())
    post = content / "blog" / "un-nome-per-ogni-file.md"
    edit(post, "slug: un-nome-per-ogni-file\n", "slug: un-nome-per-ogni-file\naliases: [/vecchio/, /Vecchio.html]\n")
    words = "\n\n[Prenota](/prenota/), <a href='/contatti/'>scrivi</a>. ![Il mare](/images/mare.jpg)\n"
    post.write_text(post.read_text(encoding="utf-8") + words, encoding="utf-8")
    with published_site(place, content, PATH) as address:
        yield address


def named(file: Path, text: str) -> Iterator[str]:
    """Every address that a file of the site names."""
    if file.suffix == ".webmanifest":
        said = json.loads(text)
        yield from (said["start_url"], said["scope"], *(icon["src"] for icon in said["icons"]))
    elif file.suffix == ".xml":
        yield from (
            next(filter(None, found))
            for found in _XML.findall(text)
            if not next(filter(None, found)).startswith("tag:")
        )
        yield from named(file.with_suffix(".html"), unescape(text)) if "<feed" in text else ()
    elif file.suffix in {".html", ".css"}:
        yield from ("".join(found) for found in _URL.findall(text))
        for name, value in _ATTRIBUTE.findall(text):
            plain = unescape(value)
            if name == "srcset":
                yield from (one.split()[0] for one in plain.split(", "))
            elif name != "content" or plain.startswith(("http", "/")) or "url=" in plain:
                yield plain.rpartition("url=")[2]


@pytest.mark.some_cases(0)
def test_every_address_is_below_the_path_and_there(place: Path, site: str) -> None:
    output = place / "output"
    origin = site.removesuffix(PATH)
    wanted: dict[str, str] = {}
    for file in sorted(one for one in output.rglob("*") if one.suffix in {".html", ".xml", ".css", ".webmanifest"}):
        here = f"{site}/{file.relative_to(output).as_posix().removesuffix('index.html')}"
        for address in named(file, file.read_text(encoding="utf-8")):
            whole = urldefrag(urljoin(here, address))[0]
            if whole.startswith(origin):
                wanted.setdefault(whole, here)
    assert len(wanted) > 120
    wrong = [(address, by) for address, by in wanted.items() if not (address + "/").startswith(f"{site}/")]
    with httpx.Client() as http:
        for address, by in wanted.items():
            is_endpoint = ENDPOINT.match(urlsplit(address).path.removeprefix(PATH))
            status = http.get(address).status_code
            if status not in (_ANSWERED if is_endpoint else (200,)):
                wrong.append((f"{status} {address}", by))
    assert wrong == []


def test_robots_and_redirects_name_the_path(place: Path, site: str) -> None:
    robots = (place / "output" / "robots.txt").read_text(encoding="utf-8").splitlines()
    assert {f"Disallow: {PATH}/appuntamenti/", f"Allow: {PATH}/", f"Sitemap: {site}/sitemap.xml"} <= set(robots)
    for line in (place / "output" / "_redirects").read_text(encoding="utf-8").splitlines():
        old, new, _code = line.split()
        assert old.startswith(f"{PATH}/")
        assert new.startswith(f"{site}/")


def test_a_visitor_searches_and_books_below_the_path(site: str, browser: Browser) -> None:
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome")
    page = context.new_page()
    page.add_init_script(WATCH)
    lost: list[str] = []
    page.on("response", lambda answer: lost.append(answer.url) if answer.status >= 400 else None)
    # What is asked when a page is left is not answered any more.
    page.on("requestfailed", lambda one: lost.append(one.url) if one.failure != "net::ERR_ABORTED" else None)
    page.goto(f"{site}/")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Atkinson Next\"'))")
    broken = [*violations(page)]

    def follow(page: Page, selector: str) -> None:
        # A form asks for the endpoint first, and leaves the page when that has answered.
        with page.expect_navigation():
            page.locator(selector).first.click()
        broken.extend(violations(page))
        assert page.url.startswith(f"{site}/"), page.url

    follow(page, 'footer a[href$="/cerca/"]')
    page.locator("[data-search] input").fill("preventivi")
    expect(page.locator("[data-found] a").first).to_be_visible()
    follow(page, "[data-found] a")
    page.goto(f"{site}/prenota/")
    follow(page, "main form button")
    follow(page, 'main button[name="start"]')
    page.get_by_label("Nome").fill("Ada Prova")
    page.get_by_label("Email").fill("ada@esempio.test")
    if page.locator('input[name="phone"]').count():
        page.locator('input[name="phone"]').fill("333 1234567")
    follow(page, "main form button.button")
    follow(page, f'form[action^="{PATH}/appuntamenti/?"] button')
    expect(page).to_have_url(re.compile(rf"{PATH}/appuntamenti/[\w.~-]{{20,}}/$"))
    expect(page.locator("main")).to_contain_text("ada@esempio.test")
    assert (lost, broken) == ([], [])
    context.close()


_ROOTED = re.compile(
    r"""(?:href|src|action|formaction|srcset)=["'](/[a-z])|url\(["']?(/[a-z])|(?:fetch|import)\(["'`](/[a-z])"""
)


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_no_address_is_written_from_the_root(folder: str) -> None:
    # In development the site is at the root, and this script is of development alone.
    files = [one for one in (ROOT / "theme" / folder).rglob("*") if one.suffix in {".html", ".js", ".css", ".svg"}]
    told = [one.name for one in files if _ROOTED.search(one.read_text(encoding="utf-8"))]
    assert told == (["live-reload.js"] if folder == "static" else [])
