"""Every page of the site, checked by those who check pages for a living."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.processes import eventually
from tests.soak import soak_count

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
NU = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# The endpoint's pages that can be asked for without having booked anything.
ENDPOINT = [
    "/appuntamenti/orari?meeting=conoscitiva&service=cosa-delegare",
    "/appuntamenti/orari?meeting=non-esiste",
    "/appuntamenti/nessuno/",
    "/posta/",
]
RUN_AXE = (
    "async () => (await axe.run({resultTypes: ['violations']})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
)
RUN_COLOURS = RUN_AXE.replace("{resultTypes", "{runOnly: ['color-contrast'], resultTypes")


def addresses(output: Path) -> list[str]:
    """The address of every page built."""
    files = sorted(file.relative_to(output).as_posix() for file in output.rglob("*.html"))
    return ["/" + file.removesuffix("index.html") for file in files]


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Page:
    # Without motion: a colour half way to another is nobody's fault.
    return browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce").new_page()


def faults(page: Page, address: str) -> list[tuple[str, Any]]:
    """What axe finds at an address."""
    page.goto(address)
    return faults_here(page)


def faults_here(page: Page) -> list[tuple[str, Any]]:
    """What axe finds on a page as it is, on a wide and a narrow screen, light and dark; and sideways scroll."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_script_tag(path=AXE)
    found = [(f"{page.url} wide", fault) for fault in page.evaluate(RUN_AXE)]
    page.set_viewport_size({"width": 320, "height": 700})
    found += [(f"{page.url} narrow", fault) for fault in page.evaluate(RUN_AXE)]
    page.emulate_media(color_scheme="dark")
    found += [(f"{page.url} dark", fault) for fault in page.evaluate(RUN_AXE if soak_count(0, 1) else RUN_COLOURS)]
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + ([(page.url, f"scrolls sideways: {width} px")] if width > 320 else [])


@pytest.mark.soak
def test_axe_finds_nothing_on_any_page_of_the_site(page: Page, output: Path) -> None:
    assert [fault for address in addresses(output) for fault in faults(page, address)] == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("address", ENDPOINT)
def test_axe_finds_nothing_on_the_pages_of_the_endpoint(page: Page, address: str) -> None:
    assert faults(page, address) == []


def test_axe_finds_no_faults_on_booking_steps_and_mails(page: Page, site: str) -> None:
    page.goto(f"/appuntamenti/dettagli?meeting=conoscitiva&start={quote(free_slot(site))}")
    found = faults_here(page)
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    found += faults_here(page)
    page.get_by_label("Nome e cognome").fill("Ada")
    page.get_by_label("Email").fill("ada@esempio.test")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Passo 4"))
    found += faults_here(page)
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    page.wait_for_url("**/appuntamenti/*/")
    found += faults_here(page)
    eventually(lambda: "/posta/1/" in httpx.get(f"{site}/posta/").text)
    found += faults(page, "/posta/") + faults(page, "/posta/1/")
    page.goto("/contatti/")
    page.locator("main form button").first.click()
    expect(page).to_have_title(re.compile("^Errore: "))
    found += faults_here(page)
    assert found == []


def nu(folder: Path) -> list[str]:
    """The messages of the Nu HTML checker about every file of a folder."""
    # Its code runs once: compiled simply it is done in half the time, with a deeper stack.
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m"]
    command = ["java", *quick, "-jar", str(NU), "--format", "json", "--skip-non-html", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{message.get('url', '').rsplit(folder.name)[-1]}:{message.get('lastLine')}: {message['message']}"
        for message in messages
        if message["type"] == "error" or message.get("subType") == "warning"
        # It knows neither the address of a file nor that JSON-LD does not run; test_policy.py asks a browser instead.
        if "violates Content Security Policy (meta tag)" not in message["message"]
    ]


def test_the_nu_checker_finds_nothing_in_the_built_site(output: Path) -> None:
    assert nu(output) == []


def test_nu_checker_finds_no_faults_in_endpoint_pages(site: str, tmp_path: Path) -> None:
    for number, address in enumerate(ENDPOINT):
        (tmp_path / f"{number}.html").write_bytes(httpx.get(site + address).content)
    for name, address, fields in [
        (
            "dettagli",
            "/appuntamenti/dettagli",
            {"meeting": "conoscitiva", "start": free_slot(site), "name": "", "email": "x"},
        ),
        ("controlla", "/appuntamenti/controlla", {"meeting": "conoscitiva", "start": free_slot(site), "email": "x"}),
        ("tolto", "/appuntamenti/controlla", {"meeting": "non-esiste", "name": "<b>", "email": "x"}),
        ("messaggio", "/messaggi/", {"name": "<b>", "email": "x", "message": ""}),
    ]:
        (tmp_path / f"{name}.html").write_bytes(httpx.post(site + address, data=fields).content)
    right = {"meeting": "conoscitiva", "start": free_slot(site), "name": "Ada", "email": "ada@esempio.test"}
    for name, address in [("da-confermare", "/appuntamenti/controlla"), ("preso", "/appuntamenti/")]:
        answer = httpx.post(site + address, data=right, follow_redirects=True)
        assert answer.status_code == 200
        (tmp_path / f"{name}.html").write_bytes(answer.content)
    assert nu(tmp_path) == []


def free_slot(site: str) -> str:
    slots = httpx.get(f"{site}/api/slots", params={"meeting": "conoscitiva"}).json()["slots"]
    return str(slots[-1]["start"])


class _Links(HTMLParser):
    """The addresses a page leads to or needs, and the names in it that can be led to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in {"href", "src", "action"} and value:
                self.links.add(value)
            elif name == "id" and value:
                self.names.add(value)


def read_links(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser


def test_no_internal_link_is_dead(output: Path, site: str) -> None:
    pages = {address: read_links(httpx.get(site + address).text) for address in [*addresses(output), *ENDPOINT]}
    dead = []
    # A link within a page needs no answer: some of these are 404 on purpose.
    answers = dict.fromkeys(ENDPOINT, 200)
    for address, read in pages.items():
        for link in sorted(read.links):
            target, name = urldefrag(urljoin(address, link))
            if urlsplit(target).scheme:
                continue
            if target not in answers:
                answers[target] = httpx.get(site + target, follow_redirects=True).status_code
            if answers[target] != 200 or (name and target in pages and unquote(name) not in pages[target].names):
                dead.append(f"{address} → {link}")
    assert dead == []
