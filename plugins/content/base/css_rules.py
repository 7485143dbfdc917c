"""CSS rules: a stylesheet read into its rules, one within another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# Rules within these are looked at one by one; what is within others, such as a typeface, is kept as it is.
_GROUPS = ("@layer", "@media", "@supports", "@container")
_PART = re.compile(r"""("[^"]*"|'[^']*'|url\([^)]*\)|[^{};"'])+|[{};]""")


@dataclass(frozen=True)
class Rule:
    """A head with what is in its braces: rules, or the declarations as they are written; None of a statement."""

    head: str
    rules: tuple[Rule, ...] = ()
    body: str | None = None


@cache
def parse(css: str) -> tuple[Rule, ...]:
    """The rules of a stylesheet without comments."""
    parts = [found[0].strip() for found in _PART.finditer(css)]
    rules, _ = _rules([part for part in parts if part], 0)
    return rules


def _rules(parts: list[str], at: int) -> tuple[tuple[Rule, ...], int]:
    rules: list[Rule] = []
    while at < len(parts) and parts[at] != "}":
        head = parts[at]
        if head == ";":
            at += 1
        elif at + 1 < len(parts) and parts[at + 1] == "{":
            if head.startswith(_GROUPS):
                inner, at = _rules(parts, at + 2)
                rules.append(Rule(head, inner))
            else:
                end = _end(parts, at + 2)
                rules.append(Rule(head, body=_text(parts[at + 2 : end])))
                at = end
            at += 1
        else:
            rules.append(Rule(head))
            at += 1
    return tuple(rules), at


def _end(parts: list[str], at: int) -> int:
    depth = 0
    while depth or parts[at] != "}":
        depth += {"{": 1, "}": -1}.get(parts[at], 0)
        at += 1
    return at


def _text(parts: list[str]) -> str:
    return "".join(parts).removesuffix(";")
