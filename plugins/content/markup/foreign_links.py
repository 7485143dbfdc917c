"""Foreign links: those of a translation that lead to a text which is not there in its language."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from html import unescape

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.links import target

_LINK = re.compile(r"""(<a\b[^>]*\shref=(["'])\{filename\}([^"'#?]*)[^"']*\2)""")


def with_foreign_links(html: str, document: Document, translated: Container[str], code: str) -> str:
    """A text whose links to others that are not `translated` say the language of these (`hreflang`)."""
    if "{filename}" not in html:
        return html

    def named(found: re.Match[str]) -> str:
        is_foreign = target(document, unescape(found[3])) not in translated
        return f'{found[1]} hreflang="{code}"' if is_foreign else found[1]

    return _LINK.sub(named, html)


def foreign_links(document: Document, translated: Container[str]) -> Iterator[str]:
    """The files that links of a text lead to, and that are not `translated`."""
    for path in re.findall(r"\]\(\{filename\}([^\s)#?]*)", document.body):
        if (place := target(document, path)) not in translated:
            yield place
