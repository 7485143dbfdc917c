"""Readability of Italian prose (the Gulpease index)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][»”\"]))\s+(?=[«“\"A-ZÀ-Ý0-9])")
_WORD = re.compile(r"[\wÀ-ÿ]+")


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """The sentences of some paragraphs, in order."""
    return [part.strip() for text in paragraphs for part in _SENTENCE.split(text) if _WORD.search(part)]


def gulpease(paragraphs: Sequence[str]) -> int | None:
    """The Gulpease index, 0 to 100, higher is easier (Lucisano and Piemontese, 1988); None for fewer than 100 words.

    Below 60 a text is hard for who left school at fourteen.
    """
    words = [word for text in paragraphs for word in _WORD.findall(text)]
    if len(words) < 100:
        return None
    letters = sum(len(word) for word in words)
    return min(100, round(89 + (300 * len(sentences(paragraphs)) - 10 * letters) / len(words)))


def longest(paragraphs: Sequence[str], count: int = 3) -> list[tuple[int, str]]:
    """The longest sentences, each with its number of words."""
    measured = [(len(_WORD.findall(sentence)), sentence) for sentence in sentences(paragraphs)]
    return sorted(measured, key=lambda pair: -pair[0])[:count]
