"""Pictures of every page and state, phone and desktop, light and dark, and contact sheets of them.

`python -m tests.browser.screenshots FOLDER`
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.booking.processes import serving
from tests.browser import contact_sheets, states
from tests.browser.conftest import CHROMIUM
from tests.building import CONTENT, build

SCREENS: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 800},
    "desktop": {"width": 1280, "height": 900},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def addresses(output: Path) -> dict[str, str]:
    """The name and the address of every page of the built site, and of the endpoint's that need nothing booked."""
    files = sorted(output.rglob("*.html"))
    found = ["/" + file.relative_to(output).as_posix().removesuffix("index.html") for file in files]
    named = {address.strip("/").replace("/", "-") or "home": address for address in found}
    return named | {
        "appuntamenti-orari": "/appuntamenti/orari?meeting=conoscitiva&service=cosa-delegare",
        "appuntamenti-tolto": "/appuntamenti/orari?meeting=non-esiste",
        "appuntamenti-non-trovato": "/appuntamenti/nessuno/",
    }


def visited(browser: Browser, output: Path, site: str) -> Iterator[tuple[str, Page]]:
    """Each page and state with its name, one after the other, as it is to be seen."""
    for name, address in addresses(output).items():
        page = _page(browser, site)
        page.goto(address)
        yield name, page
        page.context.close()
    for name, go in states.of_visitors(site):
        page = _page(browser, site)
        go(page)
        yield name, page
        page.context.close()
    owner = _page(browser, site)
    for name, go in states.of_the_owner(site):
        go(owner)
        yield name, owner
    owner.context.close()


def _page(browser: Browser, site: str) -> Page:
    return browser.new_context(
        base_url=site, locale="it-IT", timezone_id="Europe/Rome", reduced_motion="reduce"
    ).new_page()


def main(folder: Path) -> None:
    """Take all the pictures, saying which, and lay them out."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        output = Path(place) / "output"
        build(CONTENT, output).check_returncode()
        own = {"BOOKING_DEV": "1", "BOOKING_DATABASE_URL": f"sqlite:///{place}/booking.db", "BOOKING_RATE_LIMIT": "off"}
        with serving(**own, BOOKING_SITE_DIR=str(output), BOOKING_CONTENT=str(CONTENT)) as process:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            for name, page in visited(browser, output, process.address):
                print(name, flush=True)
                # A page is also looked at as it lies in a window, which is what contact sheets show.
                for screen, size in SCREENS.items():
                    page.set_viewport_size(size)
                    for scheme in SCHEMES:
                        page.emulate_media(color_scheme=scheme)
                        page.screenshot(path=folder / f"{name}-{screen}-{scheme}.png", full_page=True)
            browser.close()
    for screen in SCREENS:
        for scheme in SCHEMES:
            contact_sheets.lay_out(folder, f"{screen}-{scheme}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
