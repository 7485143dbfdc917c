"""Chromium by Playwright: a window of the browser that all its tests share, with a profile of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Page

from tests.browser.engines.engine import NoAnswerError, Settings, Told, into_view, selected, to_json


class Chromium:
    """A window of Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def back(self) -> None:
        self._page.go_back()

    def reload(self) -> None:
        self._page.reload()

    def evaluate(self, expression: str) -> Told:
        try:
            return json.loads(self._page.evaluate(to_json(expression)))
        except Error as error:
            raise NoAnswerError(str(error)) from error

    def click(self, element: str) -> None:
        found = self._page.evaluate_handle(into_view(element)).as_element()
        if not found:
            raise AssertionError(f"there is no {element}")
        found.click(no_wait_after=True)

    def type(self, element: str, words: str) -> None:
        self.evaluate(selected(element))
        self._page.keyboard.type(words)

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def screenshot(self) -> bytes:
        return self._page.screenshot()

    def printed(self) -> bytes:
        """The page as it is printed, a PDF."""
        return self._page.pdf(prefer_css_page_size=True, print_background=True)


@contextmanager
def chromium(browser: Browser, settings: Settings) -> Iterator[Chromium]:
    """A window of Debian's Chromium with a new profile, for as long as it is needed."""
    context = browser.new_context(
        java_script_enabled=settings.scripts,
        color_scheme="dark" if settings.dark else "light",
        contrast="more" if settings.contrast else "no-preference",
        forced_colors="active" if settings.forced_colours else "none",
        reduced_motion="reduce" if settings.reduced_motion else "no-preference",
        timezone_id=settings.zone,
        locale="it-IT",
        viewport={"width": settings.width, "height": settings.height},
    )
    page = context.new_page()
    if settings.large_text:
        session = context.new_cdp_session(page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    yield Chromium(page)
    context.close()
