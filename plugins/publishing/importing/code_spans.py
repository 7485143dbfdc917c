"""Code spans: where Markdown shows a text as it is, and nothing may be rewritten."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable

_FENCE = re.compile(r"^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\n`]*\n.*?(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)", re.M | re.S)
_TAG = re.compile(r"<(?P<end>/?)(?P<tag>pre|code)\b[^<>]*>", re.I)
_TICKS = re.compile(r"(?<!\\)`+")
_GAP = re.compile(r"\n[ \t]*\n")
_LIST = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s|^\s*\[\^[^]]+\]:|^:\s")
Span = tuple[int, int]


def code_spans(text: str) -> list[Span]:
    """The beginnings and ends of all code in a Markdown text, in order."""
    spans = [(found.start(), found.end()) for found in _FENCE.finditer(text)]
    for more in (_elements, _inline, _indented):
        spans = sorted(spans + [span for span in more(text) if not is_within(spans, span[0])])
    return spans


def _elements(text: str) -> list[Span]:
    """HTML's own elements of code; each ends at the first end of its kind."""
    tags = list(_TAG.finditer(text))
    ends: dict[str, list[int]] = defaultdict(list)
    for tag in tags:
        if tag["end"]:
            ends[tag["tag"].lower()].append(tag.end())
    spans: list[Span] = []
    for tag in tags:
        last = spans[-1][1] if spans else 0
        closing = ends[tag["tag"].lower()]
        index = bisect_left(closing, tag.end())
        if not tag["end"] and tag.start() >= last and index < len(closing):
            spans.append((tag.start(), closing[index]))
    return spans


def _inline(text: str) -> list[Span]:
    """Backticks and the next as many of them, within a paragraph."""
    runs = list(_TICKS.finditer(text))
    places: dict[int, list[int]] = defaultdict(list)
    for run in runs:
        places[len(run[0])].append(run.start())
    gaps = [gap.start() for gap in _GAP.finditer(text)]
    spans: list[Span] = []
    for run in runs:
        if spans and run.start() < spans[-1][1]:
            continue
        same = places[len(run[0])]
        index = bisect_right(same, run.start())
        if index < len(same) and bisect_left(gaps, run.start()) == bisect_left(gaps, same[index]):
            spans.append((run.start(), same[index] + len(run[0])))
    return spans


def _indented(text: str) -> list[Span]:
    """Blocks that are indented after an empty line, but for those that go on in a list."""
    spans: list[Span] = []
    place, is_in_list, is_after_gap = 0, False, True
    for line in text.splitlines(keepends=True):
        is_empty, is_deep = not line.strip(), line.startswith(("    ", "\t"))
        if is_deep and not is_empty and is_after_gap and not is_in_list:
            spans.append((place, place + len(line)))
        elif not is_empty:
            is_in_list = bool(_LIST.match(line)) or (is_in_list and line[0] in " \t")
            is_after_gap = False
        is_after_gap = is_after_gap or is_empty
        place += len(line)
    return spans


def is_within(spans: list[Span], place: int) -> bool:
    """Whether a place lies in one of these spans."""
    index = bisect_right(spans, place, key=lambda span: span[0])
    return index > 0 and place < spans[index - 1][1]


def outside_code(pattern: re.Pattern[str], put: Callable[[re.Match[str]], str], text: str) -> str:
    """A text with what a pattern finds replaced, wherever that does not begin in code."""
    if pattern.search(text) is None:
        return text
    spans = code_spans(text)
    return pattern.sub(lambda found: found[0] if is_within(spans, found.start()) else put(found), text)
