"""Share cards (Open Graph images), one for each page of a public site."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pelican.generators import Generator

from plugins.content.office import Office
from plugins.content.pictures.rasterize import rasterized
from plugins.domain.language import _
from plugins.media.card_drawing import HEIGHT, LOGO_HEIGHT, RECIPE, WIDTH, Card, Style, draw
from plugins.media.gallery import Published
from plugins.media.image_builder import give_templates, store_of, tell, write
from plugins.media.image_cache import digest_of, key_of_digests
from plugins.media.parallel_jobs import make

_log = logging.getLogger(__name__)
# Reached only from a form or a wrong address: nobody shares them.
UNSHARED = ("404", "grazie")


@dataclass(frozen=True)
class Shared:
    """Share card at its address, in pixels."""

    address: str
    width: int = WIDTH
    height: int = HEIGHT


def put(generators: Sequence[Generator], kept: Published | None = None) -> frozenset[str]:
    """Draw the cards but those that are `kept`, give the templates `share_card`, and return the cards' keys.

    A site without an address or an office has none.
    """
    first = generators[0]
    if not first.settings["SITEURL"] or "office" not in first.context:
        return frozenset()
    style = Style.of(Path(first.theme))
    if style is None:
        _log.warning("no file in theme/static/fonts can be drawn with: pages are shared without a card")
        return frozenset()
    cards = dict(_cards(first.context, _logo(Path(first.path), first.context["office"])))
    key = _Key(style)
    keys, output = {address: key.of(card) for address, card in cards.items()}, Path(first.output_path)
    orders = {keys[address]: (card.title, partial(draw, card, style)) for address, card in cards.items()}
    there = kept.cards if kept else frozenset()
    for one in there & orders.keys():
        tell(output, f"cards/{one}.png")
    wanted = {one: order for one, order in orders.items() if one not in there}
    for one, made in make(store_of(first.settings), wanted, _("Scheda %(number)s di %(total)s: %(name)s")).items():
        write(output, f"cards/{one}.png", made.files["card.png"])
    give_templates(generators, share_card=partial(_shared, keys, first.context["office"].address_of("blog")))
    return frozenset(orders)


class _Key:
    """The keys of cards of a style, whose typeface is looked at once."""

    def __init__(self, style: Style) -> None:
        self._colours = repr(sorted(style.colours.items()))
        self._weights = [weights for weights, _content in style.type.files]
        self._type = [digest_of(content) for _weights, content in style.type.files]

    def of(self, card: Card) -> str:
        said = f"({card.kicker!r}, {card.title!r}, {card.brand!r}, {self._colours})"
        logo = [digest_of(card.logo)] if card.logo else []
        return key_of_digests(RECIPE, digest_of(f"{said}{self._weights}".encode()), *logo, *self._type)


def _shared(keys: dict[str, str], blog: str, here: str) -> Shared | None:
    """The card of an address; the pages of a list that has none wear that of the blog."""
    key = keys.get(here) or (keys.get(blog) if here.startswith(blog) else None)
    return Shared(f"cards/{key}.png") if key else None


def _logo(content: Path, office: Office) -> bytes | None:
    """The logo in pixels, where there is one and it can be drawn."""
    logo = office.pictures.logo
    if logo is None:
        return None
    file = (content / logo.address).read_bytes()
    scale = 2 * LOGO_HEIGHT / logo.height
    is_drawing = logo.kind == "image/svg+xml"
    return rasterized(file, max(1, round(logo.width * scale)), 2 * LOGO_HEIGHT) if is_drawing else file


def _cards(context: dict[str, Any], logo: bytes | None) -> Iterator[tuple[str, Card]]:
    office: Office = context["office"]
    brand = office.identity.brand
    for page in context["pages"]:
        if page.slug in UNSHARED:
            continue
        title = getattr(page, "heading", None) or page.title
        yield str(page.url), Card(getattr(page, "kicker", None) or page.title, title, brand, logo)
    for post in context["articles"]:
        yield str(post.url), Card(str(post.category), str(post.title), brand, logo)
    for area in office.catalogue.areas:
        yield area.address, Card(_("Servizi"), area.title, brand, logo)
        for service in area.services:
            yield service.address, Card(area.title, service.title, brand, logo)
