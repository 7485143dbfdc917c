"""Policy requests: what an element of HTML loads, runs or sends to, each with the directive of CSP that governs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from plugins.content.markup.markdown_parts import Element

# Of an attribute of these elements the value is an address that is loaded.
_LOADED = {
    ("iframe", "src"): "frame-src",
    ("object", "data"): "object-src",
    ("embed", "src"): "object-src",
    ("img", "src"): "img-src",
    ("image", "href"): "img-src",
    ("image", "xlink:href"): "img-src",
    ("feimage", "href"): "img-src",
    ("feimage", "xlink:href"): "img-src",
    ("video", "poster"): "img-src",
    ("video", "src"): "media-src",
    ("audio", "src"): "media-src",
    ("track", "src"): "media-src",
    ("script", "src"): "script-src-elem",
    ("form", "action"): "form-action",
    ("button", "formaction"): "form-action",
    ("input", "formaction"): "form-action",
    ("base", "href"): "base-uri",
    ("a", "ping"): "connect-src",
    **{(tag, "background"): "img-src" for tag in ("table", "td", "th", "tr", "thead", "tbody", "body")},
}
_LINKED = {
    "stylesheet": "style-src-elem",
    "icon": "img-src",
    "apple-touch-icon": "img-src",
    "prefetch": "prefetch-src",
    "modulepreload": "script-src-elem",
}
_PRELOADED = {
    "font": "font-src",
    "image": "img-src",
    "script": "script-src-elem",
    "style": "style-src-elem",
    "video": "media-src",
    "audio": "media-src",
    "track": "media-src",
    "fetch": "connect-src",
}
# Blocks of data; those that browsers run are `text/javascript`, `module` and their like.
_DATA = re.compile(r"(?!.*(?:java|ecma|j|live)script)\w+/[\w.+-]+", re.IGNORECASE)
_PAINTED = re.compile(r"url\(\s*[\"']?([^)\"'#][^)\"']*)")
_PAINTING = frozenset({"fill", "stroke", "mask", "filter", "clip-path", "marker-start", "marker-mid", "marker-end"})
_SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)


class Request(NamedTuple):
    """Policy request: the directive, the address or None of what stands in the page, and the attribute that says so."""

    directive: str
    address: str | None
    attribute: str = ""


def requests_of(element: Element) -> Iterator[Request]:
    """What an element asks the browser for."""
    tag, values = element.tag, element.attributes
    for name, value in values.items():
        if (tag, name) in _LOADED and value:
            yield Request(_LOADED[tag, name], value, name)
        elif name.startswith("on"):
            yield Request("script-src-attr", None, name)
        elif name == "style":
            yield Request("style-src-attr", None, name)
        elif name in {"href", "xlink:href"} and _SCRIPT.match(value) and tag == "a":
            yield Request("script-src-elem", None, name)
        elif name in _PAINTING:
            yield from (Request("img-src", address, name) for address in _PAINTED.findall(value))
    if tag == "script" and "src" not in values and not _DATA.fullmatch(values.get("type", "")):
        yield Request("script-src-elem", None)
    elif tag == "style":
        yield Request("style-src-elem", None)
    elif tag in {"source", "img"}:
        yield from (Request("img-src", one, "srcset") for one in _candidates(values.get("srcset", "")))
        if tag == "source" and values.get("src"):
            yield Request("media-src", values["src"], "src")
    elif tag == "input" and values.get("type", "").lower() == "image" and values.get("src"):
        yield Request("img-src", values["src"], "src")
    elif tag == "link":
        yield from _linked(values)


def _candidates(srcset: str) -> list[str]:
    """The addresses of a `srcset`; one of `data:` may hold a comma, and begins no other."""
    return [one.split()[0] for one in re.split(r",\s+|,(?=https?:|/)", srcset) if one.split()]


def _linked(values: dict[str, str]) -> Iterator[Request]:
    for relation in values.get("rel", "").lower().split():
        directive = _PRELOADED.get(values.get("as", "").lower()) if relation == "preload" else _LINKED.get(relation)
        if directive and values.get("href"):
            yield Request(directive, values["href"], "href")
