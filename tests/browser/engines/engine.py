"""Browser engine: the few things that every engine is asked for, and how a visitor may have set hers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

# Whatever a page says of itself.
Told = Any


class NoAnswerError(Exception):
    """The engine could not answer, for the page is just going or coming, or is none of ours."""


@dataclass(frozen=True)
class Settings:
    """How a visitor has set her browser and her device."""

    scripts: bool = True
    dark: bool = False
    contrast: bool = False
    forced_colours: bool = False
    reduced_motion: bool = False
    large_text: bool = False
    # WebKitGTK can be told to do without, where a driver of graphics is broken.
    compositor: bool = True
    zone: str = "Europe/Rome"
    width: int = 360
    height: int = 740


class Engine(Protocol):
    """An engine with one window and a new profile.

    An element is named by the JavaScript that finds it. It runs in the page also where the page's own scripts do not.
    """

    def open(self, address: str) -> None:
        """Go to an address as by typing it."""

    def back(self) -> None:
        """Press Back."""

    def reload(self) -> None:
        """Press the button to load again."""

    def evaluate(self, expression: str) -> Told:
        """The value of an expression in the page; raises NoAnswerError while there is no page to ask."""

    def click(self, element: str) -> None:
        """Click an element with the pointer, wherever on the page it is."""

    def type(self, element: str, words: str) -> None:
        """Type words into a field, in the place of what it held."""

    def press(self, key: str) -> None:
        """Press a key: `Tab` or `Enter`."""

    def screenshot(self) -> bytes:
        """The window as a PNG."""


KEYS = {"Tab": "\ue004", "Enter": "\ue007"}


def to_json(expression: str) -> str:
    """The expression whose value is a text with the value of another one."""
    return f"JSON.stringify((() => ({expression}))() ?? null)"


def into_view(element: str) -> str:
    """The expression that brings an element to the middle of the window, and gives it."""
    return f"((one) => (one?.scrollIntoView({{block: 'center', behavior: 'instant'}}), one ?? null))({element})"


def middle(element: str) -> str:
    """The expression that brings an element into view and tells where the middle of its first line is, in pixels."""
    found = "const line = one.getClientRects()[0]; return [line.x + line.width / 2, line.y + line.height / 2]"
    return f"((one) => {{ {found}.map(Math.round) }})({into_view(element)})"


def on_top(element: str) -> str:
    """Whether an element, brought into view, is what a pointer would meet there: nothing lies over it."""
    where = middle(element)
    return f"((one) => Boolean(one) && one.contains(document.elementFromPoint(...{where})))({element})"


def selected(element: str) -> str:
    """The expression that puts the cursor into a field and marks what it holds."""
    return f"(() => {{ const one = {element}; one.focus(); one.select(); return true; }})()"


def quoted(words: str) -> str:
    """Words as JavaScript writes them."""
    return json.dumps(words)
