"""JSON-LD of a page: one graph of schema.org's terms.

It says again what the page shows, and nothing else. Nodes that belong to the whole site have the same `@id`
everywhere; the home page tells them in full.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from plugins.content.office import Office
from plugins.domain.catalogue import Area, Catalogue, Price, Service
from plugins.domain.identity import Place
from plugins.domain.language import _, spoken
from plugins.domain.open_hours import places_of

Node = dict[str, Any]
# Pairs of label and address, as the trail above a page's title has them.
Trail = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Posting:
    """What a post says of itself; `card` is the address of its picture, and dates are the owner's days."""

    address: str
    title: str
    summary: str
    category: str
    tags: tuple[str, ...]
    published: date
    modified: date | None = None
    card: str | None = None


def script(nodes: Iterable[Node]) -> str:
    """The text of a script element that holds a graph; nothing in it can close the element."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@dataclass(frozen=True)
class Graph:
    """Makes the nodes of a site; `site` is its address without a slash at the end."""

    site: str
    office: Office

    def _id(self, name: str) -> str:
        return f"{self.site}/#{name}"

    @property
    def _home(self) -> str:
        """The address of the site in the language of the page; who works there is one in all of them."""
        return f"{self.site}/{self.office.prefix}"

    def home(self) -> list[Node]:
        """The site, the person, her business and all that it offers."""
        identity = self.office.identity
        site = {
            "@type": "WebSite",
            "@id": f"{self._home}#sito",
            "url": self._home,
            "name": identity.brand,
            "description": identity.claim,
            "inLanguage": spoken().tag,
            "publisher": {"@id": self._id("attivita")},
        }
        return [site, self.person(), self.business(), self.catalogue(self.office.catalogue)]

    def person(self, is_shown: bool = True) -> Node:
        """Who she is, with where else she is found; her photo and languages where the page shows her.

        A drawing is not how she looks. What clients say of her is no `review`: of oneself it tells nobody anything.
        """
        identity, portrait = self.office.identity, self.office.pictures.portrait
        node: Node = {
            "@type": "Person",
            "@id": self._id("persona"),
            "name": identity.name,
            "url": self._home,
            "worksFor": {"@id": self._id("attivita")},
        }
        if is_shown and portrait and portrait.avif:
            node["image"] = f"{self.site}/{portrait.address}"
        if is_shown and identity.languages:
            node["knowsLanguage"] = list(identity.languages)
        return node | ({"sameAs": list(identity.social.values())} if identity.social else {})

    def business(self) -> Node:
        """The business as the foot of each page names it."""
        identity = self.office.identity
        node: Node = {
            "@type": "ProfessionalService",
            "@id": self._id("attivita"),
            "name": identity.brand,
            "description": identity.claim,
            "url": self._home,
            "email": identity.email,
            "address": identity.address,
            "founder": {"@id": self._id("persona")},
            "hasOfferCatalog": {"@id": f"{self._home}#catalogo"},
        }
        logo = self.office.pictures.logo
        node |= {"logo": f"{self.site}/{logo.address}"} if logo else {}
        known = {"vatID": identity.vat_number, "telephone": identity.phone}
        return node | {name: value for name, value in known.items() if value}

    def _business_in_brief(self) -> Node:
        return {
            "@type": "ProfessionalService",
            "@id": self._id("attivita"),
            "name": self.office.identity.brand,
            "address": self.office.identity.address,
            "url": self._home,
        }

    def catalogue(self, catalogue: Catalogue) -> Node:
        """All services, an offer each, area by area."""
        return {
            "@type": "OfferCatalog",
            "@id": f"{self._home}#catalogo",
            "name": _("Servizi"),
            "itemListElement": [self._area(area) for area in catalogue.areas],
        }

    def area(self, area: Area) -> list[Node]:
        """The services of an area."""
        return [self._area(area), self._business_in_brief()]

    def _area(self, area: Area) -> Node:
        return {
            "@type": "OfferCatalog",
            "@id": f"{self.site}/{area.address}#catalogo",
            "name": area.title,
            "description": area.summary,
            "itemListElement": [self._offer(service, named=True) for service in area.services],
        }

    def _offer(self, service: Service, named: bool) -> Node:
        address = f"{self.site}/{service.address}"
        node: Node = {"@type": "Offer", "url": address}
        if service.price and service.price.amount is not None:
            node["priceSpecification"] = price(service.price, self.office.identity.currency)
        if named:
            node["itemOffered"] = {"@type": "Service", "@id": f"{address}#servizio", "name": service.title}
        return node

    def service(self, service: Service) -> list[Node]:
        """A service with its price and who provides it."""
        address = f"{self.site}/{service.address}"
        area = self.office.catalogue.area(service.area)
        node = {
            "@type": "Service",
            "@id": f"{address}#servizio",
            "name": service.title,
            "description": service.summary,
            "url": address,
            "provider": {"@id": self._id("attivita")},
            "offers": self._offer(service, named=False),
        }
        node |= {"category": area.title} if area else {}
        return [node | self._channels(service), self._business_in_brief()]

    def _channels(self, service: Service) -> Node:
        """Where its meetings in person are held, if hours or the place itself tell more than the business's address."""
        rules, identity = self.office.availability, self.office.identity
        meetings = [one for slug in service.bookable if (one := rules.meeting(slug)) is not None]
        by_hours = {slug for one in meetings for slug in places_of(one, rules)}
        own = {one.place for one in meetings if one.place}
        told = [one for one in identity.places if one.slug in by_hours or (one.slug in own and one.how_to_get_there)]
        channels = [{"@type": "ServiceChannel", "serviceLocation": _place(one)} for one in told]
        return {"availableChannel": channels} if channels else {}

    def posting(self, post: Posting) -> list[Node]:
        """A post with its dates and who wrote it."""
        address = f"{self.site}/{post.address}"
        node: Node = {
            "@type": "BlogPosting",
            "@id": f"{address}#articolo",
            "headline": post.title,
            "description": post.summary,
            "url": address,
            "mainEntityOfPage": address,
            "inLanguage": spoken().tag,
            "datePublished": post.published.isoformat(),
            "dateModified": (post.modified or post.published).isoformat(),
            "articleSection": post.category,
            "author": {"@id": self._id("persona")},
            "publisher": {"@id": self._id("attivita")},
        }
        if post.tags:
            node["keywords"] = list(post.tags)
        if post.card:
            node["image"] = post.card
        author = {
            "@type": "Person",
            "@id": self._id("persona"),
            "name": self.office.identity.name,
            "url": self._home,
        }
        return [node, author, self._business_in_brief()]

    def trail(self, trail: Trail, title: str, here: str) -> Node:
        """The way to a page, the page itself last."""
        steps = [*trail, (title, here)]
        return {
            "@type": "BreadcrumbList",
            "@id": f"{self.site}/{here}#percorso",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": label, "item": f"{self.site}/{address}"}
                for place, (label, address) in enumerate(steps, 1)
            ],
        }


def price(value: Price, currency: str) -> Node:
    """The price of a service, exact or the least, with its unit where it has one; one on request is no price."""
    amount = Decimal(value.amount or 0)
    plain = int(amount) if amount == int(amount) else float(amount)
    said = {"minPrice" if value.exact is None else "price": plain, "priceCurrency": currency}
    if value.unit is None:
        return {"@type": "PriceSpecification", **said}
    return {"@type": "UnitPriceSpecification", **said, "unitText": value.unit}


def _place(place: Place) -> Node:
    node: Node = {"@type": "Place", "name": place.name, "address": place.address}
    return node | ({"description": place.how_to_get_there} if place.how_to_get_there else {})
