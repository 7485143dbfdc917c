"""Names in tags: what the stylesheet asks for of a page, as bits, each tag of a site read once.

The pages of a site have most of their tags in common, and a page is the bits of its tags together.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_

from plugins.content.templates.security_policy import NOTHING, uses_of
from plugins.content.templates.used_css import ALWAYS, names_of_tag

_OPENED = re.compile(r"<[A-Za-z][^>]*>")
# Of some tag it is not plain where it ends: with any other it makes this again.
_UNSURE = -1
# Links have an address each: those of large sites are forgotten from time to time.
_MOST = 1 << 14


class TagNames(dict[str, int]):
    """The bits of each tag met so far; `asked` are the names that make a difference."""

    def __init__(self, asked: frozenset[str]) -> None:
        super().__init__()
        self._bits = {name: 2 << number for number, name in enumerate(sorted(asked - ALWAYS))}

    def __missing__(self, tag: str) -> int:
        if (names := names_of_tag(tag)) is None:
            return _UNSURE
        bits = sum([self._bits.get(name, 0) for name in names])
        # No other tag has what a policy opens for.
        if (" data-" in tag or tag.startswith(("<video", "<audio"))) and uses_of(tag) != NOTHING:
            bits |= 1
        if len(self) > _MOST:
            self.clear()
        self[tag] = bits
        return bits

    def of(self, html: str) -> int | None:
        """The bits of a page; the lowest says that its policy opens for something. None where a tag is not plain."""
        bits = reduce(or_, map(self.__getitem__, _OPENED.findall(html)), 0)
        return None if bits == _UNSURE else bits
