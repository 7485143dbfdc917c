"""Pasted text: takes out the invisible marks and odd spaces that programs add to what people copy.

Contact programs put marks of direction around numbers, word processors soft hyphens and no-break spaces: whoever pastes
sees nothing wrong, and could not mend it.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

# All that set a direction but U+202E, which shows a text backwards: without it, another one than was seen.
_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069"
_MARKS = f"{_EMBEDDINGS}\u00ad\u061c\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff" + "".join(
    map(chr, range(0x206A, 0x2070))
)
_JOINERS = "\u180e\u200c\u200d"
# What else is drawn as nothing, and of use within names alone: variation selectors, annotations, tags of emoji.
_UNSEEN = [0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE01F0)]
_WITHOUT_MARKS = dict.fromkeys(map(ord, _MARKS))
_WITHOUT_EMBEDDINGS = dict.fromkeys(map(ord, f"{_EMBEDDINGS}\ufeff"))
_WITHOUT_UNSEEN = dict.fromkeys([*map(ord, _MARKS + _JOINERS), *_UNSEEN])
# ASCII as East Asian keyboards type it, and dashes as word processors put them.
_NARROW = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")
_JOINER = re.compile(f"[{_JOINERS}]+")
_VIRAMA = 9  # combining class
_NAMED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")
_ADDRESS, _NUMBER = re.compile("mailto:", re.IGNORECASE), re.compile(r"tel:(?://)?\s*", re.IGNORECASE)


def plain_words(text: str) -> str:
    """A name or a short answer; joiners stay between letters that are written with them, and within emoji."""
    return _spaced(_JOINER.sub(_kept_joiner, text.translate(_WITHOUT_MARKS)))


def plain_lines(text: str) -> str:
    """A longer text, whose spaces and hyphens are its writer's own; what turns its direction for good stays."""
    return text.translate(_WITHOUT_EMBEDDINGS)


def plain_number(text: str) -> str:
    """A telephone number, out of a link to it too, a day or an hour: digits of any script and width are ASCII's."""
    text = "".join(map(_digit, _plain_ascii(text).translate(_DASHES)))
    link = _NUMBER.match(text)
    return unquote(text[link.end() :]) if link else text


def plain_email(text: str) -> str:
    """An e-mail address, out of a link to it or of `Name <address>` too."""
    text = _plain_ascii(text)
    if named := _NAMED.fullmatch(text.rstrip(",;.")):
        text = named[1]
    if link := _ADDRESS.match(text):
        text = unquote(text[link.end() :].partition("?")[0])
    return text.rstrip(",;.")


def _plain_ascii(text: str) -> str:
    return _spaced(text.translate(_WITHOUT_UNSEEN).translate(_NARROW))


def _spaced(text: str) -> str:
    """A text with plain spaces alone: a tab is what there is between two cells of a table."""
    return "".join(" " if letter == "\t" or unicodedata.category(letter) == "Zs" else letter for letter in text).strip()


def _digit(letter: str) -> str:
    return letter if letter.isascii() else str(unicodedata.decimal(letter, letter))


def _kept_joiner(found: re.Match[str]) -> str:
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    # After a virama one makes another letter even at the end of a word, as in Malayalam.
    is_final = bool(before) and unicodedata.combining(before) == _VIRAMA
    is_between = bool(before and after) and _is_joined(before) and _is_joined(after)
    return found[0] if is_final or is_between else ""


def _is_joined(letter: str) -> bool:
    """Whether a letter may have a joiner beside it: those of Arabic, of India's scripts and further ones, and emoji."""
    if ord(letter) < 0x0600 or "\u1e00" <= letter <= "\u1fff":
        return False
    return unicodedata.category(letter) in {"Lo", "Lm", "Mn", "Mc", "So", "Sk"}
