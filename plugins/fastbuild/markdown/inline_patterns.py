"""Inline patterns of Markdown, each tried only where a character it needs occurs.

Python-Markdown tries all of its patterns on each piece of text, and most pieces are plain words. What a pattern cannot
do without is read off its regular expression, so those of other extensions are skipped as rightly as its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import INLINE_PLACEHOLDER, AtomicString

# Without stubs: what the type checker says of them depends on which files it has read before.
opcodes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
# Of the base, as Markdown registers it.
_PRIORITY = 20
_REPEATED = (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT, opcodes.POSSESSIVE_REPEAT)
# What a match leaves in its place has these, whatever the text had.
_LEFT = frozenset(INLINE_PLACEHOLDER % "0123456789")


def needed(expression: re.Pattern[str]) -> frozenset[str] | None:
    """The characters of which each match has at least one; None where that cannot be told."""
    if expression.flags & re.IGNORECASE:
        return None
    return _needed_by_all(parser.parse(expression.pattern, expression.flags))


def _needed_by_all(sequence: Any) -> frozenset[str] | None:  # noqa: ANN401 - the tree of `re`
    found = [one for one in map(_needed_by_one, sequence) if one]
    # The fewer and the rarer, the more texts are without.
    return min(found, key=lambda one: (len(one), any(each.isalnum() or each == " " for each in one)), default=None)


def _needed_by_one(item: Any) -> frozenset[str] | None:  # noqa: ANN401
    kind, value = item
    if kind is opcodes.LITERAL:
        return frozenset(chr(value))
    if kind is opcodes.IN:
        return frozenset(chr(one) for _, one in value) if all(one is opcodes.LITERAL for one, _ in value) else None
    if kind is opcodes.SUBPATTERN:
        return None if value[1] or value[2] else _needed_by_all(value[3])
    if kind is opcodes.ATOMIC_GROUP:
        return _needed_by_all(value)
    if kind in _REPEATED:
        return _needed_by_all(value[2]) if value[0] else None
    if kind is opcodes.BRANCH:
        branches = [_needed_by_all(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else None  # type: ignore[arg-type]
    return None


class SelectiveInlineProcessor(InlineProcessor):
    """Applies the inline patterns as its base does, without those that a text gives nothing to match."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._registered: tuple[Any, ...] = ()
        self._always: list[int] = []
        self._sometimes: dict[str, list[int]] = {}
        self._special = re.compile("(?!)")
        # What the base applies one pattern with, by the only name it has outside of its class.
        self._apply: Callable[[Any, str, int, int], tuple[str, bool, int]] = vars(InlineProcessor)[
            "_InlineProcessor__applyPattern"
        ].__get__(self)

    def run(self, tree: Any, ancestors: list[str] | None = None) -> Any:  # noqa: ANN401 - as the base has it
        """Apply the patterns to a tree."""
        # Extensions register theirs after this one was made.
        if (registered := tuple(self.inlinePatterns)) != self._registered:
            self._registered = registered
            self._read(registered)
        return super().run(tree, ancestors)

    def _read(self, patterns: tuple[Any, ...]) -> None:
        self._always, self._sometimes = [], {}
        for index, pattern in enumerate(patterns):
            characters = needed(pattern.getCompiledRegExp())
            if characters is None or characters & _LEFT:
                self._always.append(index)
            else:
                for character in characters:
                    self._sometimes.setdefault(character, []).append(index)
        self._special = re.compile(f"[{re.escape(''.join(self._sometimes))}]") if self._sometimes else self._special

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        # The base's own name for it, by which it calls it too.
        if isinstance(data, AtomicString):
            return data
        indexes = set(self._always)
        for character in set(self._special.findall(data)):
            indexes.update(self._sometimes[character])
        # A match takes characters away and leaves none of these: what could not match before cannot after it.
        for index in sorted(indexes):
            if index >= patternIndex:
                pattern, start, is_matched = self._registered[index], 0, True
                while is_matched:
                    data, is_matched, start = self._apply(pattern, data, index, start)
        return data


def with_selective_patterns(markdown: Markdown) -> Markdown:
    """Have a converter take these shortcuts; what it makes of a text stays the same."""
    if type(markdown.treeprocessors["inline"]) is InlineProcessor:
        markdown.treeprocessors.register(SelectiveInlineProcessor(markdown), "inline", _PRIORITY)
    return markdown
