"""Spam score of a submission: marks the owner's mail, and never keeps one from her."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Signal = Literal[
    "TRAP_FILLED", "LINK_IN_NAME", "LINK_MARKUP", "FORGED_TOKEN", "TOO_FAST", "WARES", "MANY_LINKS", "NO_TOKEN", "STALE"
]
# What each says for spam; but for the trap, which people do not see, each alone may be innocent.
POINTS: dict[Signal, int] = {
    "TRAP_FILLED": 5,
    "LINK_IN_NAME": 4,
    "LINK_MARKUP": 4,
    "FORGED_TOKEN": 3,
    "TOO_FAST": 3,
    "WARES": 3,
    "MANY_LINKS": 2,
    "NO_TOKEN": 1,  # a page read without scripts
    "STALE": 1,  # a page that was left open for days
}
MARKED_FROM = 5
_MANY_LINKS = 3
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"<a\s[^>]*\bhref|\[(?:url|link)[\]=]", re.IGNORECASE)
_WARES = re.compile(r"\b(?:backlinks?|bitcoin|casino|crypto|forex|guest post|seo (?:services?|agency)|viagra)\b", re.I)


@dataclass(frozen=True)
class SpamSignals:
    """The signals of one submission."""

    signals: frozenset[Signal] = frozenset()

    @property
    def score(self) -> int:
        """Their points together."""
        return sum(POINTS[signal] for signal in self.signals)

    @property
    def status(self) -> str | None:
        """What the `X-Maglia-Spam` header says of it, as SpamAssassin's own would; None where it is not suspect."""
        if self.score < MARKED_FROM:
            return None
        return f"Yes, score={self.score} required={MARKED_FROM} tests={','.join(sorted(self.signals))}"


def spam_signals(name: str, lines: Iterable[str | None], form: Iterable[Signal] = ()) -> SpamSignals:
    """Weigh what somebody wrote, her name apart, with what the form itself tells."""
    text = "\n".join(line for line in lines if line)
    found = set(form)
    if _LINK.search(name):
        found.add("LINK_IN_NAME")
    if _MARKUP.search(text):
        found.add("LINK_MARKUP")
    if _WARES.search(text):
        found.add("WARES")
    if len(_LINK.findall(text)) >= _MANY_LINKS:
        found.add("MANY_LINKS")
    return SpamSignals(frozenset(found))
