"""Elisions (`l’agenda`): pages as the search index reads them, with the words on both sides of the apostrophe.

Pagefind takes `l’agenda` for one word, which whoever looks for `agenda` would not find.
"""

from __future__ import annotations

import re

# Languages (BCP 47) in which an apostrophe between two letters parts two words.
_ELIDING = ("ca", "fr", "it")
_LANGUAGE = re.compile(r'<html[^>]*\slang="([a-z]+)')
_TAG = re.compile(r"(<[^>]*>)")
# The word after it may be within another element, as in `l’<em>agenda</em>`.
_ELISION = re.compile(r"(?<=[^\W\d_])('|’|&#39;|&#x27;|&rsquo;)(?=[^\W\d_]|$)")
# A word joiner is no part of any word, and tells the search page which space it has to take out of what it shows.
PARTED = "\N{WORD JOINER} "


def parted(html: str) -> str:
    """A page with a mark and a space after each elision in the words of its `main`."""
    language = _LANGUAGE.search(html)
    begin, end = html.find("<main"), html.rfind("</main>")
    if language is None or language[1] not in _ELIDING or not 0 <= begin < end:
        return html
    pieces = _TAG.split(html[begin:end])  # words and tags by turns
    pieces[::2] = [_ELISION.sub(rf"\1{PARTED}", words) for words in pieces[::2]]
    return html[:begin] + "".join(pieces) + html[end:]
