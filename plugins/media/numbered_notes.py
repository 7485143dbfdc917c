"""Numbered notes: a drawing's numbers lead to the items of the list that its page opens with, and these back."""

from __future__ import annotations

import re
from html import unescape

from plugins.domain.language import _

_NOTE = "nota"
_LIST = re.compile(r"\s*<ol>(.*?)</ol>", re.DOTALL)
_ITEM = re.compile(r"<li>(?:\s*<p>)?")
_NAMED = re.compile(r"<li>(?:\s*<p>)?\s*<(strong|b)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def note_names(html: str, notes: int) -> list[str]:
    """What the items are called that a text opens with, if there is one for each of these numbers; else none."""
    found = _LIST.match(html)
    items = _ITEM.split(found[1])[1:] if found else []
    if not notes or len(items) < notes or not found or re.search(r"<[ou]l\b", found[1]):
        return []
    named = [_NAMED.match(f"<li>{item}") for item in items]
    return [unescape(_TAG.sub("", one[2])).strip().rstrip(".:") if one else "" for one in named[:notes]]


def with_notes(html: str, notes: int) -> str:
    """The text whose first items are led to by the numbers of a drawing, and lead back to them."""
    found = _LIST.match(html)
    if not found or not note_names(html, notes):
        return html
    number = 0

    def item(opened: re.Match[str]) -> str:
        nonlocal number
        number += 1
        if number > notes:
            return opened[0]
        label = _("Il numero %(number)s nel disegno", number=number)
        back = f'<a class="note-number" href="#segno-{number}" aria-label="{label}">{number}</a> '
        return opened[0].replace("<li>", f'<li id="{_NOTE}-{number}">') + back

    return f'<ol class="notes">{_ITEM.sub(item, found[1])}</ol>{html[found.end() :]}'
