"""Pictures of every page, phone and desktop, light and dark: `python -m tests.browser.screenshots FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests.booking.processes import serving
from tests.browser.conftest import CHROMIUM
from tests.building import CONTENT, build

SCREENS = {"phone": (360, 800), "desktop": (1280, 900)}


def pages(output: Path, site: str) -> dict[str, str]:
    """The name and the address of every page, those of the endpoint included."""
    files = sorted(output.rglob("*.html"))
    addresses = ["/" + file.relative_to(output).as_posix().removesuffix("index.html") for file in files]
    named = {address.strip("/").replace("/", "-") or "home": address for address in addresses}
    slots = httpx.get(f"{site}/api/slots", params={"meeting": "conoscitiva"}).json()["slots"]
    chosen = f"meeting=conoscitiva&start={slots[0]['start'].replace('+', '%2B')}" if slots else "meeting=conoscitiva"
    return named | {
        "appuntamenti-orari": "/appuntamenti/orari?meeting=conoscitiva",
        "appuntamenti-dettagli": f"/appuntamenti/dettagli?{chosen}",
        "appuntamenti-non-trovato": "/appuntamenti/nessuno/",
        "posta": "/posta/",
    }


def main(folder: Path) -> None:
    """Take all the pictures, saying which."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        output = Path(place) / "output"
        build(CONTENT, output).check_returncode()
        database = f"sqlite:///{place}/booking.db"
        with serving(BOOKING_DEV="1", BOOKING_DATABASE_URL=database, BOOKING_SITE_DIR=str(output)) as process:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            found = pages(output, process.address)
            for number, (name, address) in enumerate(found.items(), 1):
                print(f"{number}/{len(found)} {address}", flush=True)
                for screen, (width, height) in SCREENS.items():
                    for scheme in ("light", "dark"):
                        page = browser.new_page(
                            viewport={"width": width, "height": height},
                            color_scheme="dark" if scheme == "dark" else "light",
                        )
                        page.goto(process.address + address)
                        page.screenshot(path=folder / f"{name}-{screen}-{scheme}.png", full_page=True)
                        page.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
