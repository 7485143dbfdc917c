"""Visitors who use the site each in her own way: with a pointer, or by keyboard alone. What they do is counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

# More than the stops of the longest page, so that a trap for the keyboard is told and not waited for.
STOPS = 400
FOCUS_IS_SEEN = """
(one) => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = one.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < innerHeight;
  return inView && [one, ...(one.labels ?? [])].some(seen);
}
"""
# Of the radio buttons of a group, one is a stop; from there the arrows lead to the others.
WHERE = """
(one) => {
  const at = document.activeElement;
  return at === one ? "here" : one.type === "radio" && at?.name === one.name ? "neighbour" : "elsewhere";
}
"""


@dataclass
class Visitor:
    """Uses a page with a pointer; `clicks` and `typed` count what she does, `widest` is the screen she has."""

    page: Page
    clicks: int = 0
    typed: list[str] = field(default_factory=list)

    def follow(self, link: str | Locator) -> None:
        """Follow a link, by its words or itself."""
        self._press(self.page.get_by_role("link", name=link, exact=True).first if isinstance(link, str) else link)
        self.look()

    def press(self, button: str | Locator) -> None:
        """Press a button, by its words or itself, and look at what comes."""
        found = self.page.get_by_role("button", name=button, exact=True) if isinstance(button, str) else button
        # A form asks for the endpoint first, and leaves the page when that has answered.
        with self.page.expect_navigation():
            self._press(found)
        self.look()

    def choose(self, radio: Locator) -> None:
        """Choose one of some."""
        self._press(radio)
        expect(radio).to_be_checked()

    def type(self, label: str, words: str) -> None:
        """Type words into the field of that label, in the place of what was there."""
        found = self.page.get_by_label(label).first
        self._press(found)
        self._type(found, words)
        self.typed.append(label)
        expect(found).to_have_value(words)

    def look(self) -> None:
        """Look at a page: it fits the screen, sideways."""
        self.page.wait_for_load_state()
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        scroll = self.page.evaluate("document.documentElement.scrollWidth")
        assert scroll <= width, f"{self.page.url} is {scroll} px wide"

    def _press(self, place: Locator) -> None:
        self.clicks += 1
        # A radio button lies invisibly under its label, which is what is clicked.
        place.click()

    def _type(self, place: Locator, words: str) -> None:
        place.fill(words)


class KeyboardVisitor(Visitor):
    """Goes from stop to stop with Tab; wherever she is, it can be seen."""

    def _press(self, place: Locator) -> None:
        self.clicks += 1
        self._go_to(place)
        kind = place.evaluate("(one) => one.type === 'radio' || one.type === 'checkbox' ? 'choice' : one.localName")
        if kind == "choice":
            if not place.is_checked():
                self.page.keyboard.press("Space")
        elif kind in {"a", "button", "summary"}:
            with self.page.expect_event("framenavigated", lambda frame: frame == self.page.main_frame):
                self.page.keyboard.press("Enter")

    def _go_to(self, place: Locator) -> None:
        place.wait_for(state="attached")
        for _ in range(STOPS):
            where = place.evaluate(WHERE)
            if where == "here":
                assert place.evaluate(FOCUS_IS_SEEN), f"the focus is not seen on {place}"
                return
            self.page.keyboard.press("ArrowDown" if where == "neighbour" else "Tab")
        raise AssertionError(f"{place} cannot be reached on {self.page.url}")

    def _type(self, _place: Locator, words: str) -> None:
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)
