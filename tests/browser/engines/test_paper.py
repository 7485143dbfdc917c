"""Printed pages in Firefox: no picture is cut in two, and the way back is in words."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.booking.processes import free_starts
from tests.browser.engines.booking_walk import ARTICLE, NAME
from tests.browser.engines.engine import Settings
from tests.browser.engines.firefox import Firefox, firefox
from tests.soak import soak_count

# The notes of the desk, the one thing of this colour on paper, in points of a small picture.
_YELLOW, _FEW = (255, 216, 77), 40
# How far down the picture is moved: on the way its caption, and then itself, meets the end of the sheet.
_DOWN_MM = range(48, 96, 6) if soak_count(0, 1) else [66]


@pytest.fixture(scope="module")
def paper() -> Iterator[Firefox]:
    with firefox(Settings(width=1280, height=900)) as browser:
        yield browser


def told(printed: bytes) -> list[str]:
    """What each sheet of a printed page says, its spaces made one."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=printed, capture_output=True, check=True)
    return [" ".join(sheet.split()) for sheet in done.stdout.decode().removesuffix("\f").split("\f")]


def drawn(printed: bytes) -> list[bool]:
    """Whether each sheet of a printed page has a part of the desk."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "40", "-png", "-", f"{folder}/sheet"], input=printed, check=True)
        return [_yellow(Image.open(file).convert("RGB")) > _FEW for file in sorted(Path(folder).iterdir())]


def _yellow(sheet: Image.Image) -> int:
    return sum(number for number, colour in sheet.getcolors(1 << 20) or [] if colour == _YELLOW)


@pytest.mark.soak
def test_a_picture_and_its_caption_share_one_sheet(paper: Firefox, site: str) -> None:
    cut = []
    for down in _DOWN_MM:
        paper.open(site + ARTICLE)
        paper.evaluate(f"document.querySelector('main figure').style.marginTop = '{down}mm'")
        caption = " ".join(paper.evaluate("document.querySelector('main figcaption').innerText").split())
        printed = paper.printed()
        where = drawn(printed)
        if where.count(True) != 1 or [caption in sheet for sheet in told(printed)] != where:
            cut.append(down)
    assert cut == []


@pytest.mark.soak
def test_a_printed_appointment_has_its_address_in_words(paper: Firefox, site: str) -> None:
    fields = {"meeting": "conoscitiva", "start": free_starts(site)[-1], "name": NAME, "email": "carta@esempio.test"}
    address = httpx.post(f"{site}/api/bookings", json=fields).json()["manage_url"]
    paper.open(site + httpx.URL(address).path)
    (sheet,) = told(paper.printed())
    # An address wider than the sheet goes on in a second line.
    assert address in sheet.replace(" ", "")
