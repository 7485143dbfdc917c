"""Page drawing: what lies in an SVG, if a page can take it in and colour it by its own scheme."""

from __future__ import annotations

import re
from xml.parsers import expat

_SHAPES = frozenset({"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "title", "desc"})
# Of the root, which stays behind.
_OF_ROOT = frozenset({"xmlns", "version", "viewBox", "width", "height", "role"})
# The theme's inks; any other class, an id or a style could meet what the page has.
_INK = re.compile(r"d-[a-z]+")
_INNER = re.compile(r"<svg\b[^>]*>(.*)</svg\s*>", re.DOTALL)
_UNSEEN = re.compile(r"<!--.*?-->|<(title|desc)\b.*?</\1\s*>|\n", re.DOTALL)


def page_drawing(content: bytes) -> str:
    """The elements within the root; nothing unless all are shapes that carry their colours and begin at 0, 0."""
    plain: list[bool] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        inks = attributes.pop("class", "").split()
        own = any(key in ("id", "style") or key.startswith("on") for key in attributes)
        is_alone = not own and all(map(_INK.fullmatch, inks))
        is_root = name == "svg" and attributes.keys() <= _OF_ROOT and attributes.get("viewBox", "").startswith("0 0 ")
        plain.append(name in _SHAPES and is_alone and is_root == (not plain))

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        return ""
    inner = _INNER.search(content.decode("utf-8", "replace"))
    return _UNSEEN.sub("", inner[1]) if inner and all(plain) else ""
