"""llms.txt (llmstxt.org): the site in a page of Markdown, for language models."""

from __future__ import annotations

import re
from collections.abc import Iterable

from plugins.content.office import Office
from plugins.content.templates.formats import price
from plugins.domain.language import _

_SIGNS = re.compile(r"[\\`*_\[\]<]")

# Label, address and a sentence about what is there.
Line = tuple[str, str, str]


def guide(site: str, office: Office, pages: Iterable[Line], posts: Iterable[Line]) -> str:
    """Who she is, what she offers at which price, her pages and her posts; `site` has no slash at its end."""
    identity = office.identity
    parts = [f"# {identity.brand}", f"> {identity.claim}. {identity.name}, {identity.address}."]
    for area in office.catalogue.areas:
        lines = [
            (
                service.title,
                service.address,
                f"{service.summary.rstrip('.')}, {price(service.price, identity.currency)}."
                if service.price
                else service.summary,
            )
            for service in area.services
        ]
        if lines:
            parts.append(_section(site, area.title, lines))
    parts += [_section(site, title, lines) for title, lines in ((_("Pagine"), pages), (_("Articoli"), posts))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(words: str) -> str:
    """Plain words as Markdown shows them: no tag, link or emphasis is made of them."""
    return _SIGNS.sub(r"\\\g<0>", words)


def _section(site: str, title: str, lines: Iterable[Line]) -> str:
    listed = [f"- [{_text(label)}]({site}/{address}): {_text(words)}".rstrip(": ") for label, address, words in lines]
    return "\n".join([f"## {title}", "", *listed]) if listed else ""
