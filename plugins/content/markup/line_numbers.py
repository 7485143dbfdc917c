"""Line numbers hidden in a Markdown text, by which what becomes of its pieces is found again in the HTML."""

from __future__ import annotations

import re
from collections.abc import Collection

from plugins.content.markup.embeds import LINE, STRAY
from plugins.content.markup.other_dialects import MARK, shown_at

# Letters that nobody types; the number of a line stands between them.
_OPEN, _CLOSE = "\ue001", "\ue002"
LINE_NUMBER = re.compile(f"{_OPEN}(\\d{{1,7}}){_CLOSE}")
# The same before a mark of another dialect, and before an embed that is none.
DIALECT = re.compile(f"{_OPEN}(\\d{{1,7}}){_CLOSE}(?=[!?:\\[~{{])")
# What a line of a list or a quotation begins with.
_BEGUN = re.compile(r"^[\s>*+-]*(?:\d+\.)?\s*")
# The beginning of an element.
TAG = re.compile(r"<[A-Za-z][\w-]*(?=[\s/>]|$)")


def numbered_lines(text: str, addresses: Collection[str]) -> str:
    """The text with the number of its line, from 0, after each of these addresses, in each tag, before each mark."""
    whole = whole_texts(*sorted(addresses, key=len, reverse=True)) if addresses else None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        sign = f"{_OPEN}{number}{_CLOSE}"
        places = {shown_at(mark) for mark in MARK.finditer(line)}
        if not LINE.match(_BEGUN.sub("", line)):
            places |= {mark.start() for mark in STRAY.finditer(line)}
        for place in sorted(places, reverse=True):
            line = f"{line[:place]}{sign}{line[place:]}"
        lines[number] = TAG.sub(rf"\g<0> {sign}", whole.sub(rf"\g<0>{sign}", line) if whole else line)
    return "\n".join(lines)


def whole_texts(*texts: str) -> re.Pattern[str]:
    """Finds texts that stand for themselves: the end of a longer address is another link."""
    return re.compile(rf"(?<![\w/.}}-])(?:{'|'.join(map(re.escape, texts))})(?![\w/.-])")
