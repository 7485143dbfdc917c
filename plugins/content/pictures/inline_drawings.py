"""Inline drawings: a small SVG as an element of the page, in the page's colours and with its light and dark.

A picture in a file of its own does not hear of the page's scheme in every browser, and never has its typeface.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from plugins.content.pictures.drawing_faults import drawing_faults
from plugins.content.pictures.drawing_styles import PRESENTATION, UnplainError, apply_styles
from plugins.content.pictures.svg_size import svg_size

# Of the markup: a larger one would weigh on its page, and as a picture it waits until it is near.
LARGEST = 24_000
_DEEPEST = 40
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_DROPPED = {"title", "desc", "metadata", "style"}
# What only draws. Whatever moves, fetches or holds HTML stays a picture.
_SHAPES = frozenset(
    {
        *("a", "circle", "clipPath", "defs", "ellipse", "g", "line", "linearGradient", "marker", "mask", "path"),
        *("pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "svg", "switch", "symbol", "text"),
        *("textPath", "tspan", "use"),
    }
)
_GEOMETRY = frozenset(
    {
        *("clipPathUnits", "cx", "cy", "d", "dx", "dy", "fx", "fy", "gradientTransform", "gradientUnits", "height"),
        *("id", "markerHeight", "markerUnits", "markerWidth", "maskContentUnits", "maskUnits", "offset", "orient"),
        *("pathLength", "patternContentUnits", "patternTransform", "patternUnits", "points", "preserveAspectRatio"),
        *("r", "refX", "refY", "rotate", "rx", "ry", "spreadMethod", "startOffset", "textLength", "viewBox", "width"),
        *("x", "x1", "x2", "y", "y1", "y2"),
    }
)
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)[\"']?\s*\)")


@dataclass(frozen=True)
class InlineDrawing:
    """A drawing to be put into pages; `notes` is how many numbers in it can lead to the items of a list."""

    width: int
    height: int
    attributes: str
    inner: str
    notes: int = 0

    def html(self, alt: str, key: str, own: Mapping[str, str] = MappingProxyType({}), items: Sequence[str] = ()) -> str:
        """The element, known by `alt` to who does not see it; `key` is another for each one of a page.

        `own` are attributes of its place: `class` and `id`. `items` are the names of what its numbers lead to.
        """
        role = "group" if items else "img"
        said = f'role="{role}" aria-label="{escape(alt)}"' if alt or items else 'aria-hidden="true"'
        size = f'width="{self.width}" height="{self.height}"'
        place = f' class="{escape(" ".join(("drawing", own.get("class", ""))).strip())}"'
        place += f' id="{escape(own["id"])}"' if "id" in own else ""
        inner = f"{self.attributes}>{self.inner}".replace(_KEY, f"drawing-{key}-")
        inner = _NOTE.sub(lambda found: _note(int(found[1]), items), inner).replace(_ENDED, "a" if items else "g")
        return f"<svg {said} {size}{place}{inner}</svg>"


def _note(number: int, items: Sequence[str]) -> str:
    """The opening tag of a number: a link where there is a list.

    Not one of the stops of the keyboard: the list comes next anyway, and Firefox scrolls to the drawing and not to the
    number in it, which in large text may be out of sight.
    """
    if number > len(items):
        return '<g class="drawing-note">'
    label = escape(f"{number}. {items[number - 1]}".removesuffix(". "))
    return f'<a class="drawing-note" id="segno-{number}" href="#nota-{number}" tabindex="-1" aria-label="{label}">'


# Stands where the key of a place will be: no character of a document.
_KEY = "\ufffe"
# Numbers, which are links on one page and none on another: where they begin, and the name of what ends.
_NOTE, _ENDED = re.compile("<\ufffd(\\d+)\ufffd>"), "\uffff"
_TO_NOTE = re.compile(r"#nota-([1-9]\d?)")


def inline_drawing(content: bytes, tokens: Collection[str]) -> InlineDrawing | None:
    """A drawing for pages whose styles have these colours; None of one that is better shown as a picture."""
    if len(content) > 2 * LARGEST or _has_marks(content) or drawing_faults(content):
        return None
    size = svg_size(content.decode("utf-8", errors="replace"))
    root = ElementTree.fromstring(content)
    try:
        _plain_names(root)
        apply_styles(root, tokens)
        named = set(_named(root))
        inner = _inner(root, named)
    except UnplainError:
        return None
    if size is None or len(inner) > LARGEST:
        return None
    root.attrib.setdefault("viewBox", "0 0 {} {}".format(*size))
    if any(True for _ in root.iter("text")):
        # What a picture has by itself, and a page says otherwise.
        root.attrib = {"font-size": "16px", "font-weight": "400", "font-family": "serif"} | root.attrib
    kept = {name: value for name, value in root.attrib.items() if name not in {"width", "height", "x", "y", "id"}}
    notes = [int(found[1]) for found in _NOTE.finditer(inner)]
    # From one on, each once: anything else is no list.
    count = len(notes) if sorted(notes) == list(range(1, len(notes) + 1)) else 0
    return InlineDrawing(*size, _attributes(kept, named), inner, count)


def _has_marks(content: bytes) -> bool:
    return any(mark.encode() in content for mark in (_KEY, _ENDED, "\ufffd"))


def _plain_names(root: Element, depth: int = 0) -> None:
    """Take the namespaces off the names; leave out what is for other programs. Raises UnplainError."""
    if depth > _DEEPEST:
        raise UnplainError
    for child in list(root):
        if not isinstance(child.tag, str) or not child.tag.startswith(_NAMESPACE):
            root.remove(child)  # another program's notes
        else:
            _plain_names(child, depth + 1)
    root.tag = root.tag.removeprefix(_NAMESPACE)
    if root.tag not in _SHAPES | _DROPPED:
        raise UnplainError
    root.attrib = {
        name.removeprefix(_XLINK): value
        for name, value in root.attrib.items()
        if not name.startswith("{") or name == f"{_XLINK}href"
    }


def _named(root: Element) -> Iterator[str]:
    """The ids that parts of a drawing name."""
    for element in root.iter():
        for name, value in element.attrib.items():
            yield from _REFERENCE.findall(value)
            if name == "href" and element.tag != "a":
                yield value.strip().removeprefix("#")


def _inner(element: Element, named: Collection[str], is_text: bool = False) -> str:
    text = escape(element.text or "", quote=False) if is_text else ""
    parts = [text]
    for child in element:
        if child.tag not in _DROPPED:
            parts.append(_element(child, named, is_text))
        parts.append(escape(child.tail or "", quote=False) if is_text else "")
    return "".join(parts)


def _element(element: Element, named: Collection[str], is_text: bool) -> str:
    is_text = is_text or element.tag in {"text", "tspan", "textPath"}
    number = _TO_NOTE.fullmatch(element.get("href", "")) if element.tag == "a" and not is_text else None
    if number:
        return f"<\ufffd{number[1]}\ufffd>{_inner(element, named)}</{_ENDED}>"
    # Any other link of a picture leads nowhere, and would be one more stop for who goes by keys.
    tag = ("tspan" if is_text else "g") if element.tag == "a" else element.tag
    inner = _inner(element, named, is_text)
    own = {name: value for name, value in element.attrib.items() if element.tag != "a" or name != "href"}
    attributes = _attributes(own, named)
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _attributes(attributes: dict[str, str], named: Collection[str]) -> str:
    said = ""
    for name, value in attributes.items():
        if name == "href" and value.strip().startswith("#"):
            value = f"#{_KEY}{value.strip()[1:]}"
        elif name == "id":
            if value not in named:
                continue
            value = _KEY + value
        elif name not in _GEOMETRY and name not in PRESENTATION:
            continue
        referring = _REFERENCE.sub(lambda found: f"url(#{_KEY}{found[1]})", value)
        said += f' {name}="{escape(referring)}"'
    return said
