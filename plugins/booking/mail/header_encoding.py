"""Header encoding: texts and mailboxes as the bytes of a mail's headers, encoded words included.

RFC 5322, 2.2.3; RFC 2047. Some versions of Python lose or double a space where they fold a text with accents, others
write two encoded words without one between them, which some servers refuse.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable

_LINE, _ENCODED_LINE, _ENCODED_WORD = 78, 76, 75
_Q, _B = "=?utf-8?q?", "=?utf-8?b?"
_END = "?="
_SIMPLE = re.compile(r"[!-~]{1,70}(?: [!-~]{1,70})*")
_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_AS_IT_IS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


def text_header(name: str, text: str) -> bytes:
    """Write a header of free text: as it is where that may be folded at its spaces, else all of it encoded."""
    if _SIMPLE.fullmatch(text) and "=?" not in text:
        return _folded(name, text.split(" "))
    return _folded(name, _encoded_words(text, len(name) + 2))


def named_mailbox(name: str, display_name: str, address: str) -> bytes:
    """Write a header of one mailbox, of an address in ASCII and a name in any letters or none."""
    if not display_name:
        return _folded(name, [address])
    if _PHRASE.fullmatch(display_name) and "=?" not in display_name:
        words = display_name.split(" ")
    elif display_name.isascii():
        words = ['"' + re.sub(r'(["\\])', r"\\\1", display_name) + '"']
    else:
        words = _encoded_words(display_name, len(name) + 2)
    return _folded(name, [*words, f"<{address}>"])


def _folded(name: str, words: Iterable[str]) -> bytes:
    """Join words by spaces, on as many lines as they take; a line is longer only where one word is."""
    first, *others = words
    lines = [f"{name}: {first}"]
    for word in others:
        longest = _ENCODED_LINE if word.endswith(_END) or lines[-1].endswith(_END) else _LINE
        if len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def _encoded_words(text: str, begun: int) -> list[str]:
    """Encode a text, its spaces within: those between encoded words are not part of it (RFC 2047, 6.2)."""
    letters = [letter.encode() for letter in text]
    quoted = sum(map(_quoted_length, letters)) <= len(b64encode(text.encode()))
    room = _ENCODED_LINE - begun - len(_Q) - len(_END)
    words, word, length = [], b"", 0
    for letter in letters:
        longer = length + _quoted_length(letter) if quoted else (len(word) + len(letter) + 2) // 3 * 4
        if longer > room:
            words.append(_encoded_word(word, quoted))
            word, length, room = b"", 0, _ENCODED_WORD - len(_Q) - len(_END)
        word += letter
        length += _quoted_length(letter)
    return [*words, _encoded_word(word, quoted)]


def _encoded_word(content: bytes, quoted: bool) -> str:
    if not quoted:
        return f"{_B}{b64encode(content).decode()}{_END}"
    return _Q + "".join(chr(one) if one in _AS_IT_IS else "_" if one == 32 else f"={one:02X}" for one in content) + _END


def _quoted_length(letter: bytes) -> int:
    return 1 if letter == b" " or letter[0] in _AS_IT_IS else 3 * len(letter)
