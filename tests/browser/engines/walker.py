"""Walker: does on the pages of any engine what a visitor does, by names and fields, and waits for what comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.booking.processes import eventually
from tests.browser.engines.engine import Engine, NoAnswerError, Told, on_top, quoted

_PATIENCE_SECONDS = 30
_MOST_CLICKS = 5
# Notes of the next click whether it met an element.
_WATCH_CLICK = """((one) => {
  document.clicked = null;
  const met = (event) => { document.clicked = event.composedPath().includes(one); };
  document.addEventListener("click", met, { capture: true, once: true });
})"""
_FIND = """((kinds, words) => {
  const said = (one) => (one.getAttribute("aria-label") ?? one.textContent).replace(/\\s+/g, " ").trim();
  const all = [...document.querySelectorAll(kinds)].filter((one) => one.checkVisibility());
  return all.find((one) => said(one) === words) ?? all.find((one) => said(one).startsWith(words));
})"""


def css(selector: str) -> str:
    """The first element that a selector matches and that can be seen."""
    return f"[...document.querySelectorAll({quoted(selector)})].find((one) => one.checkVisibility())"


def link(words: str, within: str = "") -> str:
    """The link that says so, or begins so."""
    return f"{_FIND}({quoted(within + ' a[href]')}, {quoted(words)})"


def button(words: str) -> str:
    """The button that says so, or begins so."""
    return f"{_FIND}('button', {quoted(words)})"


def field(name: str) -> str:
    """The field of that name, which is the one that is sent."""
    return css(f'main [name="{name}"]:not([type="hidden"])')


@dataclass
class Walker:
    """Uses the site at an address with an engine."""

    engine: Engine
    site: str
    scripts: bool = True

    def open(self, address: str) -> None:
        """Go to a page."""
        self.engine.open(self.site + address)
        self.until("document.readyState === 'complete'")

    def follow(self, element: str) -> None:
        """Click what leads to another page, and wait for that."""
        self._turns(lambda: self.click(element))

    def until_lost(self) -> None:
        """Wait until another page has come that is none of the site's."""
        # Firefox has an empty page in between, and its own page of errors never says that it is complete.
        there = "document.readyState !== 'loading' && (location.href !== 'about:blank' || document.body?.innerText)"
        self.until(f"{there} && !document.querySelector('main#contenuto')")

    def back(self) -> None:
        """Press Back, and wait for the page before."""
        self._turns(self.engine.back)

    def click(self, element: str) -> None:
        """Click an element once it is there, with nothing over it; again where it moved from under the pointer."""
        for _ in range(_MOST_CLICKS):
            # What is still to be set in its typeface moves.
            self.until(f"document.fonts.status === 'loaded' && {on_top(element)}")
            self._answer(f"{_WATCH_CLICK}({element})")
            self.engine.click(element)
            # A page that comes back is scrolled to where it was, at a moment of its own.
            if self._answer("document.clicked") is not False:
                return
        raise AssertionError(f"{element} moved from under the pointer {_MOST_CLICKS} times")

    def choose(self, name: str, value: str) -> None:
        """Choose one of the answers of a name."""
        one = f"document.querySelector({quoted(f'input[name={name}][value={quoted(value)}]')})"
        self.click(one)
        self.until(f"{one}.checked")

    def fill(self, **fields: str) -> None:
        """Type into fields, by their names."""
        for name, words in fields.items():
            self.until(f"Boolean({field(name)})")
            self.engine.type(field(name), words)
            self.until(f"{field(name)}.value === {quoted(words)}")

    def held(self, *names: str) -> list[str]:
        """What fields hold."""
        return [str(self.engine.evaluate(f"{field(name)}?.value")) for name in names]

    def values(self, name: str) -> list[str]:
        """The answers there are to choose from, by the name of their field."""
        every = f"document.querySelectorAll({quoted(f'main :is(input, button)[name={name}]')})"
        return list(self.engine.evaluate(f"[...new Set([...{every}].map((one) => one.value))]"))

    def text(self, within: str = "main") -> str:
        """What the page says, its spaces made one."""
        said = self.engine.evaluate(f"(document.querySelector({quoted(within)}) ?? document.body).innerText")
        return " ".join(str(said).split())

    def title(self) -> str:
        """The title of the page."""
        return str(self.engine.evaluate("document.title"))

    def path(self) -> str:
        """The path of the page's address."""
        return str(self.engine.evaluate("location.pathname"))

    def until(self, expression: str) -> None:
        """Wait until an expression holds in the page."""
        try:
            eventually(lambda: bool(self._answer(expression)), _PATIENCE_SECONDS)
        except TimeoutError as error:
            where = self._answer("[location.href, document.title]")
            raise AssertionError(f"{expression} never came to hold at {where}") from error

    def until_told(self, words: str, within: str = "main") -> None:
        """Wait until the page says some words."""
        told = f"(document.querySelector({quoted(within)})?.innerText ?? '').replace(/\\s+/g, ' ')"
        self.until(f"{told}.includes({quoted(words)})")

    def fits(self) -> None:
        """Nothing of the page is wider than the window."""
        wide, window = self.engine.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, f"{self.path()} is {wide} px wide in a window of {window}"

    def _turns(self, act: Callable[[], None]) -> None:
        before = self._answer(_PAGE)
        act()
        try:
            eventually(lambda: self._answer(_PAGE) not in (None, before), _PATIENCE_SECONDS)
        except TimeoutError as error:
            raise AssertionError(f"the page never turned: {self._answer(_STUCK)}") from error

    def _answer(self, expression: str) -> Told:
        try:
            return self.engine.evaluate(expression)
        except NoAnswerError:
            return None


# A page keeps its mark for as long as it is the same; one that is just going or coming has none.
_PAGE = """
document.readyState === "complete" && location.protocol.startsWith("http") ? (document.walked ??= Math.random()) : null
"""
# Where it is that no other page comes, which button says that it is working, and what has the focus.
_STUCK = """
[location.href, document.title, document.querySelector("[aria-disabled]")?.innerText, document.activeElement?.outerHTML]
"""
