"""Tied words: no line of a heading ends with an article or a preposition, which then hang from nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from plugins.domain.language import spoken

# Those that lean on the word after them, by language; another language has none, and its lines end where they end.
_WORDS = {
    "it": {
        "a", "ad", "al", "ai", "agli", "alla", "alle", "allo", "con", "da", "dal", "dai", "dalla", "dalle", "dallo",
        "del", "dei", "della", "delle", "dello", "di", "e", "ed", "fra", "gli", "i", "il", "in", "la", "le", "lo",
        "ma", "nei", "nel", "nella", "nelle", "nello", "non", "o", "per", "su", "sui", "sul", "sulla", "tra", "un",
        "una", "uno",
    },
    "en": {
        "a", "an", "and", "at", "but", "by", "for", "from", "in", "is", "my", "no", "of", "on", "or", "our", "the",
        "to", "with", "your",
    },
    "de": {
        "ab", "als", "am", "an", "auf", "aus", "bei", "beim", "bis", "das", "dem", "den", "der", "des", "die", "ein",
        "eine", "einem", "einen", "einer", "eines", "für", "ihr", "ihre", "im", "in", "ins", "kein", "keine", "mein",
        "meine", "mit", "nach", "nicht", "ob", "oder", "so", "um", "und", "unter", "vom", "von", "vor", "wie", "zu",
        "zum", "zur", "über",
    },
}  # fmt: skip
# Of words tied to one another, in letters: on the narrowest telephone a heading has lines of this length.
_LONGEST = 15
_HEADING = re.compile(r'(<(h[1-3])\b[^>]*>|<p class="(?:lead|kicker)">)((?:[^<]++|<(?!/(?:\2|p)>))*+)(</(?:\2|p)>)')
# A page names its own language, a piece of one is in that in force.
_LANGUAGE = re.compile(r'<!doctype html>\s*<html lang="([a-z]+)')
_TAG = re.compile(r"(<[^>]*>)")
_OPENING = re.compile(r"^\W+")


# None of these stands in a heading or a lead (HTML, 4.3.6 and 4.4.1), so that one of these is tied for itself.
_BLOCK = re.compile(r"\s*<(?:article|aside|div|footer|header|li|link|meta|nav|ol|script|section|ul)\b")
_BEGUN = re.compile(r'<h[1-3]\b|<p class="(?:lead|kicker)">')


def is_tied_alone(html: str) -> bool:
    """Whether a piece of a page is tied as it would be within the page."""
    return bool(_BLOCK.match(html)) and len(_BEGUN.findall(html)) == len(_HEADING.findall(html))


def is_in_heading(html: str, at: int) -> bool:
    """Whether what begins there in a page is tied as a part of a heading or a lead."""
    return any(found.start() < at < found.end() for found in _HEADING.finditer(html, max(html.find("<body"), 0)))


def with_tied_words(html: str) -> str:
    """A page whose headings and leads break no line after a word that leans on the next one."""
    named = _LANGUAGE.match(html)
    language = named[1] if named else spoken().tag.partition("-")[0]
    if language not in _WORDS:
        return html
    # What stands before it, the stylesheet above all, has no headings and is long.
    begun = max(html.find("<body"), 0)
    tied = _HEADING.sub(lambda found: f"{found[1]}{_in_texts(found[3], language)}{found[4]}", html[begun:])
    return html[:begun] + tied


@lru_cache(maxsize=1 << 12)  # the title of a post is a heading of each list it is in
def _in_texts(html: str, language: str) -> str:
    parts, leaning = _TAG.split(html), _WORDS[language]
    parts[::2] = [_tied(text, leaning) for text in parts[::2]]
    return "".join(parts)


def _tied(text: str, leaning: set[str]) -> str:
    first, *others = text.split(" ")
    tied, length = first, len(first)
    previous = first
    for word in others:
        before = previous.lower()
        if not before[:1].isalnum():
            before = _OPENING.sub("", before)
        leans = before in leaning and word and length + 1 + len(word) <= _LONGEST
        tied += ("\u00a0" if leans else " ") + word
        length = length + 1 + len(word) if leans else len(word)
        previous = word
    return tied
