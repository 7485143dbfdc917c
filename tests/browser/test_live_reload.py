"""The script of pages being written: it tells what is wrong, and nothing where nobody is writing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.building import ROOT

SCRIPT = (ROOT / "theme" / "static" / "js" / "live-reload.js").read_text(encoding="utf-8")
PAGE = '<!doctype html><title>Scrivo</title><script src="/live-reload.js" data-wrong="Da correggere:" defer></script>'


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("status", "answer", "shown"),
    [
        (200, "1\ncontent/blog/a.md:3: la data", ["Da correggere:\n\ncontent/blog/a.md:3: la data"]),
        (404, "<!doctype html>\n<title>Pagina non trovata</title>", []),
        (502, "<html>\n<h1>Bad Gateway</h1>", []),
    ],
)
def test_a_page_shows_faults_of_its_text_alone(browser: Browser, status: int, answer: str, shown: list[str]) -> None:
    asked = []

    def hand_out(route: Route) -> None:
        if route.request.url.endswith("live-reload.txt"):
            asked.append(status)
            route.fulfill(status=status, body=answer, content_type="text/html" if status != 200 else "text/plain")
        elif route.request.url.endswith(".js"):
            route.fulfill(body=SCRIPT, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page = browser.new_page()
    page.route("**/*", hand_out)
    page.goto("http://sito.test/")
    for _ in range(100):
        if len(asked) >= 2:
            break
        page.wait_for_timeout(100)
    assert len(asked) >= 2
    assert page.locator("[role=alert]").all_text_contents() == shown
    page.close()
