"""Used CSS: of the theme's stylesheet, the rules that can match something on a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape

from plugins.content.base.css_rules import Rule, parse

# What every page has, and a stylesheet may ask for.
ALWAYS = frozenset({"html", "body", "head", "root"})
# What only narrows a choice is taken for granted: a rule is dropped where it cannot meet anything, never on a guess.
_NARROWING = re.compile(r'"[^"]*"|\[[^\]]*\]|::?[\w-]+')
_NAME = re.compile(r"[.#]?-?[A-Za-z_][\w-]*")
# It begins with its sign, and looks back from there: so it is found without a look at each letter.
_VALUE = re.compile(r"""(--(?<=[{;]--)[\w-]+):((?:"[^"]*"|'[^']*'|[^;}"'])*)(?:;|(?=\}))""")
_USED = re.compile(r"var\((--[\w-]+)")
_OPENED = re.compile(r"<[A-Za-z][^>]*>")
_PLAIN = re.compile(r"""<([A-Za-z][^\s/>"']*)((?:[\s/](?:[^>"']|"[^">]*"|'[^'>]*')*)?)>""")
_TAG = re.compile(r"""<([A-Za-z][^\s/>]*)([^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*)>""")
# Nearly all that are met once, each with another address or day.
_LINK = re.compile(r"""<(a|time) (?:href|datetime)="[^"'>]*">""")
_LINKS = {name: frozenset({name}) for name in ("a", "time")}
_ATTRIBUTE = re.compile(r"""\b(class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def read_values(html: str) -> frozenset[str]:
    """The values (`--ink`) that attributes of a page use, as those of drawings do."""
    return frozenset(_USED.findall(html)) if "var(--" in html else frozenset()


def read_names(html: str, scripts: Iterable[str] = ()) -> frozenset[str]:
    """The elements, `.classes` and `#ids` of a page, and whatever its scripts could add, by their texts.

    A page is read once; what only looks like an element counts as one.
    """
    names = [*map(names_of_tag, set(_OPENED.findall(html)))]
    if None in names:
        # Some value of an attribute has the sign that ends a tag.
        names = [_tag_names(tag, attributes) for tag, attributes in set(_TAG.findall(html))]
    return ALWAYS.union(*names, *map(_words, scripts))  # type: ignore[arg-type]


def names_of_tag(tag: str) -> frozenset[str] | None:
    """The names of a tag that ends at its first sign for it; None where it may not."""
    if found := _LINK.fullmatch(tag):
        return _LINKS[found[1]]
    parts = _PLAIN.fullmatch(tag)
    return _tag_names(parts[1], parts[2]) if parts else None


def _tag_names(tag: str, attributes: str) -> frozenset[str]:
    found, lower = {tag.lower()}, attributes.lower()
    if "class" not in lower and "id" not in lower:  # most links are met once, and have an address only
        return frozenset(found)
    for name, double, single, bare in _ATTRIBUTE.findall(attributes):
        value = unescape(double or single or bare)
        if name.lower() == "class":
            found |= {f".{one}" for one in value.split()}
        elif name.lower() == "id":
            found.add(f"#{value}")
    return frozenset(found)


@cache
def _words(script: str) -> frozenset[str]:
    words = re.findall(r"[\w-]+", script)
    return frozenset({*words, *(f".{word}" for word in words)})


def written_names(css: str, sources: Iterable[str]) -> frozenset[str]:
    """Of the names that a stylesheet mentions, those of any page that could be made of templates and scripts.

    Every word of theirs counts, whatever it stands for; one with a stroke at its end begins names, as in `state-{{ }}`.
    """
    words = {word for source in sources for word in re.findall(r"[\w-]+", source)}
    begun = tuple(word for word in words if word.endswith("-") and word.strip("-"))
    bare = ((name, name.lstrip(".#")) for name in mentioned(css))
    return ALWAYS.union(name for name, word in bare if word in words or word.startswith(begun))


@cache
def mentioned(css: str) -> frozenset[str]:
    """The names that the selectors of a stylesheet ask for: all others make no difference to it."""
    return frozenset(name for rule in parse(css) for name in _asked(rule))


def _asked(rule: Rule) -> Iterator[str]:
    for inner in rule.rules:
        yield from _asked(inner)
    if rule.body is not None and not rule.head.startswith("@"):
        for selector in _selectors(rule.head):
            yield from _needed(selector) or ()


def cut(css: str, names: frozenset[str]) -> str:
    """The stylesheet without the rules that can meet none of these names, and without the values nobody then uses.

    Values (`--ink`) may be among the names: those that the page's own attributes use.
    """
    text = "".join(filter(None, (_kept(rule, names) for rule in parse(css))))
    used, values = Counter(_USED.findall(text)), _VALUE.findall(text)
    idle: set[str] = set()
    # What only idle values use is idle too.
    while more := {name for name, _ in values if name not in idle and name not in names and not used[name]}:
        idle |= more
        used.subtract(name for declared, value in values if declared in more for name in _USED.findall(value))
    return _without(text, idle) if idle else text


def _kept(rule: Rule, names: frozenset[str]) -> str:
    if rule.rules:
        inner = "".join(filter(None, (_kept(one, names) for one in rule.rules)))
        return f"{rule.head}{{{inner}}}" if inner else ""
    if rule.body is None:
        return f"{rule.head};" if rule.head.startswith("@") else ""
    if rule.head.startswith("@"):
        return f"{rule.head}{{{rule.body}}}"
    heads = [head for head, needed in _choices(rule.head) if needed is None or needed <= names]
    return f"{','.join(heads)}{{{rule.body}}}" if heads else ""


@cache
def _selectors(head: str) -> tuple[str, ...]:
    """A list of selectors, parted at the commas that are in no parentheses."""
    depth, parts = 0, [""]
    for character in head:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts)


@cache
def _choices(head: str) -> tuple[tuple[str, frozenset[str] | None], ...]:
    """The selectors of a list, each with the names that it needs."""
    return tuple((selector, _needed(selector)) for selector in _selectors(head))


@cache
def _needed(selector: str) -> frozenset[str] | None:
    """The names without which a selector meets nothing; None where that cannot be told."""
    bare = selector
    while "(" in bare:
        shorter = re.sub(r"\([^()]*\)", "", bare)
        if shorter == bare:
            return None
        bare = shorter
    return frozenset(_NAME.findall(_NARROWING.sub(" ", bare)))


def _without(text: str, idle: set[str]) -> str:
    """The text without the declarations of some names; a rule that is left empty goes too."""
    text = _VALUE.sub(lambda found: "" if found[1] in idle else found[0], text)
    at = text.find("{}")
    while at >= 0:
        begun = max(text.rfind(sign, 0, at) for sign in "{};") + 1
        text, at = (text[:begun] + text[at + 2 :], begun - 1) if 0 < begun < at else (text, at + 1)
        at = text.find("{}", at)
    return text.replace(";}", "}")
