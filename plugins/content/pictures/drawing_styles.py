"""Drawing styles: the CSS of an SVG, written as presentation attributes of its elements (SVG 2, 6.6).

A page's policy lets no style of a text's own through, and attributes need none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from plugins.content.base.css_rules import Rule, parse

# What may stand as an attribute and means the same there.
PRESENTATION = frozenset(
    {
        *("clip-path", "clip-rule", "color", "display", "dominant-baseline", "fill", "fill-opacity", "fill-rule"),
        *("font-family", "font-size", "font-style", "font-variant", "font-weight", "letter-spacing", "marker-end"),
        *("marker-mid", "marker-start", "mask", "opacity", "overflow", "paint-order", "shape-rendering"),
        *("stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-decoration"),
        *("text-rendering", "transform", "vector-effect", "visibility", "word-spacing"),
    }
)
# What programs write along and no browser draws by.
_IDLE = ("-", "enable-background", "isolation:auto", "mix-blend-mode:normal", "white-space", "line-height")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMPOUND = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][\w-]+)*)")
_VALUE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,[^()]*)?\)")
_DARK = re.compile(r"@media\s*(?:screen\s*and\s*)?\(\s*prefers-color-scheme\s*:\s*(?:dark|light)\s*\)")


class UnplainError(Exception):
    """A drawing says something that no attribute can say."""


class _Choice(NamedTuple):
    parts: tuple[tuple[str, frozenset[str]], ...]
    weight: tuple[int, int, int]
    declared: tuple[tuple[str, str], ...]


def apply_styles(root: Element, tokens: Collection[str]) -> None:
    """Turn the rules and `style` attributes of a drawing into attributes; `tokens` are the colours that a page has.

    Of those the page's own is taken, light or dark; of other values the one that the drawing says. Raises UnplainError.
    """
    values: dict[str, str] = {}
    choices: list[_Choice] = []
    for style in root.iter("style"):
        rules = parse(re.sub(r"\s+", " ", _COMMENT.sub("", "".join(style.itertext()))))
        choices += _choices(rules, values, tokens)
    choices.sort(key=lambda choice: choice.weight)
    _apply(root, (), choices, values, tokens)


def _choices(rules: Collection[Rule], values: dict[str, str], tokens: Collection[str]) -> Iterator[_Choice]:
    for rule in rules:
        if _DARK.fullmatch(rule.head):
            # Another scheme may change the colours that the page changes as well, and nothing else.
            if any(name not in tokens for inner in rule.rules for name in _names(inner.body)):
                raise UnplainError
            continue
        if rule.body is None or rule.head.startswith("@"):
            raise UnplainError
        declared = tuple(_declarations(rule.body))
        for selector in rule.head.split(","):
            yield _Choice(*_parts(selector), declared)
        values |= {name[2:]: value for name, value in declared if name.startswith("--")}


def _names(body: str | None) -> Iterator[str]:
    for name, _value in _declarations(body or "?"):
        yield name.removeprefix("--") if name.startswith("--") else ""


def _parts(selector: str) -> tuple[tuple[tuple[str, frozenset[str]], ...], tuple[int, int, int]]:
    parts = []
    for one in selector.split():
        found = _COMPOUND.fullmatch(one)
        if not found:
            raise UnplainError
        parts.append(((found[1] or "*"), frozenset(re.findall(r"[.#][\w-]+", found[2]))))
    names = [name for _tag, names in parts for name in names]
    ids = sum(name.startswith("#") for name in names)
    return tuple(parts), (ids, len(names) - ids, sum(tag != "*" for tag, _names in parts))


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    for one in filter(str.strip, body.split(";")):
        name, colon, value = (part.strip() for part in one.partition(":"))
        if not colon or "!" in value:
            raise UnplainError
        if name.startswith("--") or name in PRESENTATION:
            yield name, value
        elif not f"{name}:{value}".startswith(_IDLE):
            raise UnplainError


Ancestors = tuple[tuple[str, frozenset[str]], ...]


def _apply(
    element: Element, above: Ancestors, choices: list[_Choice], values: dict[str, str], tokens: Collection[str]
) -> None:
    names = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
    here = (*above, (element.tag, frozenset(names)))
    for choice in choices:
        if _meets(choice.parts, here):
            element.attrib.update(choice.declared)
    element.attrib.update(_declarations(element.attrib.pop("style", "")))
    for name in [name for name in element.attrib if name.startswith("--")]:
        # A colour of a part's own would be that of its children, which attributes do not hand down.
        if above:
            raise UnplainError
        del element.attrib[name]
    for name, value in element.attrib.items():
        element.set(name, _VALUE.sub(lambda found: _worth(found, values, tokens), value))
    for child in element:
        _apply(child, here, choices, values, tokens)


def _meets(parts: Ancestors, here: Ancestors) -> bool:
    *before, last = parts
    if not _is(last, here[-1]):
        return False
    above = list(here[:-1])
    for one in reversed(before):
        while above and not _is(one, above[-1]):
            above.pop()
        if not above:
            return False
        above.pop()
    return True


def _is(wanted: tuple[str, frozenset[str]], element: tuple[str, frozenset[str]]) -> bool:
    return wanted[0] in ("*", element[0]) and wanted[1] <= element[1]


def _worth(found: re.Match[str], values: dict[str, str], tokens: Collection[str]) -> str:
    name = found[1]
    if name in tokens:
        return f"var(--{name})"
    if name not in values or "var(" in values[name]:
        raise UnplainError
    return values[name]
