"""What a stylesheet has rules for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugins.content.base.css_rules import Rule, parse

Place = tuple[str, ...]


def selectors(css: str) -> set[Place]:
    """Each selector of a stylesheet, with the groups that it stands in."""
    return set(_places(parse(css), ()))


def _places(rules: Iterable[Rule], within: Place) -> Iterator[Place]:
    for rule in rules:
        yield from _places(rule.rules, (*within, rule.head))
        if not rule.rules:
            yield from ((*within, one) for one in rule.head.split(","))
