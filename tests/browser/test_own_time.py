"""A time in the visitor's own zone is said in one way, by the script of a page and by the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plugins.domain.language import ITALIAN, speak
from tests.booking.endpoint import endpoint
from tests.booking.office import Clock, write_content, write_json

TIMES = "/appuntamenti/orari?meeting=conoscitiva"
# Across the end of a year and both changes of clocks; a zone ahead, one behind, one apart in between.
BEGIN = [datetime(2026, 12, 20, 8, tzinfo=UTC), datetime(2027, 3, 1, 8, tzinfo=UTC)]
ZONES = ["Pacific/Auckland", "America/Los_Angeles", "Europe/London"]
READ = """
() => {
  for (const day of document.querySelectorAll("details")) day.open = true;
  return new Promise((resolve) => setTimeout(() => resolve(
    [...document.querySelectorAll("time")].map((one) =>
      [one.dateTime, one.textContent, one.parentElement.querySelector(".own-zone")?.textContent.trim() ?? ""])), 200));
}
"""


@pytest.fixture(autouse=True)
def _italian_again() -> Iterator[None]:
    yield
    speak(ITALIAN)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("begin", BEGIN, ids=str)
@pytest.mark.parametrize("language", ["it", "en"])
def test_script_says_own_times_as_the_endpoint_does(
    browser: Browser, tmp_path: Path, language: str, begin: datetime
) -> None:
    root = write_content(tmp_path / "content", hours={"monday": ["00:00-24:00"], "thursday": ["00:00-24:00"]})
    identity = json.loads((root / "identity.yaml").read_text(encoding="utf-8"))
    write_json(root / "identity.yaml", identity | {"language": language})
    with endpoint(root, f"sqlite:///{tmp_path}/booking.db", Clock(begin)) as desk:
        told = ""
        for zone in ZONES:
            context = browser.new_context(base_url=str(desk.http.base_url), timezone_id=zone)
            page = context.new_page()
            by_script, by_endpoint = read(page, TIMES), read(page, f"{TIMES}&timezone={zone}")
            context.close()
            assert len(by_script) > 200
            assert by_script == by_endpoint
            told += " ".join(said for _at, _time, said in by_script)
    first = " 1º gennaio, 00:00 da te" if language == "it" else " 1 January, 00:00"
    assert first in told or begin.month != 12


def read(page: Page, address: str) -> list[list[str]]:
    page.goto(address)
    told: list[list[str]] = page.evaluate(READ)
    return told
