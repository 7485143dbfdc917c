"""Browsers of text: an hour is booked by keys alone, and no page says what holds only with scripts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.browser.engines.booking_walk import SERVICE
from tests.browser.engines.text_browser import text_browser

_SUBMIT = r"type=submit[^(]*\((?:GET|POST) /appuntamenti/"
_CONFIRM = r"type=submit[^(]*\(POST /appuntamenti/\?answer="


def test_w3m_books_an_hour_by_keys(site: str, tmp_path: Path) -> None:
    with text_browser(f"{site}/{SERVICE.address}", tmp_path) as browser:
        browser.follow(f"service={SERVICE.slug}")
        browser.follow('type=submit name="start"')
        browser.type("name", "Zoë D’Angelo")
        browser.type("email", "non va")
        assert browser.follow(_SUBMIT).startswith("Errore: ")
        browser.type("email", "zoe@esempio.test")
        browser.follow(_SUBMIT)
        browser.follow(_CONFIRM)
        assert re.search(r"/appuntamenti/[\w.~-]{20,}/", browser.address())


@pytest.mark.parametrize(
    "command", [["w3m", "-dump", "-cols", "100"], ["lynx", "-dump", "-width=100"]], ids=lambda command: command[0]
)
def test_text_browsers_read_the_way_to_an_hour(site: str, command: list[str]) -> None:
    for address, words in (("/prenota/", "Decidere che cosa delegare"), ("/contatti/", "Invia il messaggio")):
        done = subprocess.run([*command, site + address], capture_output=True, text=True, check=True)
        assert words in " ".join(done.stdout.split())
