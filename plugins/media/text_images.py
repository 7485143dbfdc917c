"""Text images: replaces each `img` of a text by the gallery's markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from posixpath import join, normpath
from urllib.parse import unquote

from plugins.media.gallery import Gallery

_IMG = re.compile(r"<img\b[^>]*>")
_TEXT = re.compile(r"<p>(?!\s*(?:<img|<picture))\s*\S")
_OWN = {"src", "alt", "width", "height", "loading", "decoding", "fetchpriority"}


class _Attributes(HTMLParser):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(tag)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in attrs}


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag, by name."""
    return _Attributes(tag).found


def with_pictures(html: str, folder: str, gallery: Gallery, site: str) -> str:
    """The text with its images in their pictures; `folder` is that of its file, relative to the content's.

    The image a text opens with is fetched at once, the others when they come near.
    """
    opening = _TEXT.search(html)
    first = opening.start() if opening else len(html)

    def shown(found: re.Match[str]) -> str:
        attributes = attributes_of(found[0])
        image = gallery.images.get(path_of(attributes.get("src", ""), folder))
        if image is None:
            return found[0]
        others = "".join(f' {name}="{value}"' for name, value in attributes.items() if name not in _OWN)
        return image.html(site, attributes.get("alt", ""), eager=found.start() < first, others=others)

    return _IMG.sub(shown, html)


def path_of(source: str, folder: str) -> str:
    """The file that `{static}/images/a.jpg`, `{static}../images/a.jpg` or `/images/a.jpg` means."""
    plain = unquote(re.sub(r"^\{(?:static|attach|filename)\}", "", source)).partition("#")[0]
    return normpath(plain.lstrip("/") if plain.startswith("/") else join(folder, plain))
