"""Drawn texts: the drawings of a page's text as elements of the page; feeds keep them as pictures."""

from __future__ import annotations

import re

from plugins.media.gallery import Gallery
from plugins.media.text_images import attributes_of

# Of one text: what weighs more stays in files of its own.
_MOST = 48_000
# A picture with other sources, or in the place of a frame, stays the element that styles and scripts look for.
_KEPT = re.compile(r"<picture\b.*?</picture>|<figure\b[^>]* data-embed=.*?</figure>|<!--.*?-->", re.DOTALL)
_IMG = re.compile(r"<img\b[^>]*>")
_PASSED_ON = ("class", "id")
_KNOWN = {"src", "alt", "width", "height", "loading", "decoding", "fetchpriority", *_PASSED_ON}


def with_drawings(gallery: Gallery, site: str, html: str) -> str:
    """The text with its small drawings put into it, whole as it is where there are none."""
    if not any(f'src="{site}/{address}"' in html for address in gallery.drawings):
        return html
    kept = [found.span() for found in _KEPT.finditer(html)]
    number = left = 0

    def shown(found: re.Match[str]) -> str:
        nonlocal number, left
        attributes = attributes_of(found[0])
        drawing = gallery.drawings.get(attributes.get("src", "").removeprefix(f"{site}/"))
        if not drawing or attributes.keys() - _KNOWN or any(start <= found.start() < end for start, end in kept):
            return found[0]
        number += 1
        own = {name: attributes[name] for name in _PASSED_ON if name in attributes}
        element = drawing.html(attributes.get("alt", ""), str(number), own)
        left += len(element)
        return found[0] if left > _MOST else element

    return _IMG.sub(shown, html)
