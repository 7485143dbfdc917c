"""Inline links: `[words](address "title")` and pictures of a Markdown text, one within another too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plugins.publishing.importing.code_spans import code_spans, is_within

_TAIL = re.compile(
    r"\(\s*(?:<(?P<quoted>[^<>\n]*)>|(?P<address>(?:[^\s()<>]|\([^\s()]*\))+))"
    r"(?P<title>\s+(?:\"[^\n]*?\"|'[^\n]*?'))?\s*\)"
)
_SIGN = re.compile(r"\\.|!?\[|\]|\n[ \t]*\n", re.S)
_LONGEST = 4_000


@dataclass(frozen=True)
class InlineLink:
    """A link or picture; `after` is the text that follows it."""

    is_image: bool
    words: str
    address: str
    title: str
    place: int
    after: str


Put = Callable[[InlineLink], str]


@dataclass(frozen=True)
class _Place:
    start: int
    words: int
    words_end: int
    tail: re.Match[str]
    is_image: bool


def rewrite_links(text: str, put: Put) -> str:
    """A text with each of its links as `put` says it; the words are those already rewritten."""
    places = _places(text)
    return _rewritten(text, 0, len(text), places, put) if places else text


def _places(text: str) -> list[_Place]:
    """Where links are, in one pass, in the order of their beginnings."""
    spans = code_spans(text)
    opened: list[tuple[int, int, bool]] = []
    found: list[_Place] = []
    for sign in _SIGN.finditer(text):
        if sign[0][0] == "\\" or is_within(spans, sign.start()):
            continue
        if sign[0][0] == "\n":
            opened = []
        elif sign[0] != "]":
            opened.append((sign.start(), sign.end(), sign[0][0] == "!"))
        elif opened:
            start, words, is_image = opened.pop()
            tail = _TAIL.match(text, sign.end(), sign.end() + _LONGEST)
            if tail is not None:
                found.append(_Place(start, words, sign.start(), tail, is_image))
    return sorted(found, key=lambda one: one.start)


def _rewritten(text: str, start: int, end: int, places: list[_Place], put: Put) -> str:
    pieces, index = [], 0
    while index < len(places):
        one = places[index]
        index += 1
        inner = []
        while index < len(places) and places[index].start < one.tail.end():
            inner.append(places[index])
            index += 1
        words = _rewritten(
            text, one.words, one.words_end, [each for each in inner if each.tail.end() <= one.words_end], put
        )
        address = one.tail["address"] or re.sub(r"\s", "%20", (one.tail["quoted"] or "").strip())
        pieces.append(text[start : one.start])
        after = text[one.tail.end() : one.tail.end() + 600]
        pieces.append(put(InlineLink(one.is_image, words, address, one.tail["title"] or "", one.start, after)))
        start = one.tail.end()
    return "".join([*pieces, text[start:end]])
