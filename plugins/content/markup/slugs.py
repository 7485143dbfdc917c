"""Slugs: the part of an address that is made out of words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that are no other letter with a sign above or below it.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
)


@lru_cache(maxsize=1 << 12)  # the same few labels, on each of thousands of posts
def slug_of(words: str, longest: int = 80) -> str:
    """`L’agenda è piena` gives `l-agenda-e-piena`; whole words, none where there is no letter."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    slug = ""
    for word in re.findall(r"[a-z0-9]+", letters.lower().translate(_LETTERS)):
        if slug and len(slug) + 1 + len(word) > longest:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug[:longest]
