"""Catalogue: areas, services, prices and questions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from plugins.domain.base import Slug, Text, Texts, Value
from plugins.domain.language import _


def _plain_amount(raw: object, info: ValidationInfo) -> object:
    # An Italian writes 1.200 for twelve hundred, where a decimal point would make it a euro and twenty.
    if isinstance(raw, str) and re.fullmatch(r"\d{1,3}(\.\d{3})+", raw):
        raise ValueError(
            _(
                "«%(amount)s» si può leggere in due modi. Togli il punto. Esempio: %(key)s: %(plain)s",
                amount=raw,
                key="exact" if info.field_name == "exact" else "from",
                plain=raw.replace(".", ""),
            )
        )
    return raw


Amount = Annotated[Decimal, BeforeValidator(_plain_amount), Field(ge=0, max_digits=9, decimal_places=2)]


class Price(Value):
    """What a service costs: an amount it starts from or an exact one, with the unit it is counted in, or on request."""

    starting: Annotated[Amount | None, Field(alias="from")] = None
    exact: Amount | None = None
    on_request: bool = False
    unit: Text | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Price:
        if [self.starting is not None, self.exact is not None, self.on_request].count(True) != 1:
            raise ValueError(
                _(
                    "il prezzo si dice in un modo solo: from, exact oppure on_request. "
                    "Esempio: price: {exact: 70, unit: a seduta}"
                )
            )
        if self.starting is not None and self.unit is None:
            raise ValueError(
                _("manca unit, a che cosa si riferisce il prezzo. Esempio: price: {from: 28, unit: l’ora}")
            )
        return self

    @property
    def amount(self) -> Decimal | None:
        """The amount that is said, None where the price is on request."""
        return self.starting if self.exact is None else self.exact


class Faq(Value):
    """A question people ask about a service, with its answer."""

    question: Text
    answer: Text


class Service(Value):
    """A service as it is sold: for whom, what one receives, how it goes, what it costs."""

    slug: Slug
    area: Slug
    title: Text
    summary: Text
    order: int = 0
    status: Literal["published", "draft", "hidden"] = "published"
    for_whom: Texts = ()
    not_for_whom: Texts = ()
    deliverables: Texts = ()
    steps: Texts = ()
    duration: Text | None = None
    price: Price | None = None
    faq: tuple[Faq, ...] = ()
    meeting: Slug
    # Where there are several, the visitor chooses among them.
    meetings: tuple[Slug, ...] = ()
    related: tuple[str, ...] = ()
    aliases: Texts = ()
    # Put there by the reader, of a translation; no file says it.
    translated_address: Annotated[str | None, Field(exclude=True)] = None

    @model_validator(mode="before")
    @classmethod
    def _first_of_several(cls, raw: object) -> object:
        if isinstance(raw, dict) and "meeting" not in raw and isinstance(several := raw.get("meetings"), list | tuple):
            return {**raw, "meeting": several[0]} if several else raw
        return raw

    @property
    def bookable(self) -> tuple[str, ...]:
        """The slugs of the meetings that can be booked for it."""
        return tuple(dict.fromkeys((self.meeting, *self.meetings)))

    @property
    def address(self) -> str:
        """The page's address, relative to the site's root."""
        return self.translated_address or f"servizi/{self.area}/{self.slug}/"


class Area(Value):
    """A family of services, with the path that leads a reader to it."""

    slug: Slug
    title: Text
    path: Text
    order: int = 0
    # Of the theme's palette; areas that say none take the first and the second in turn.
    colour: Literal["first", "second", "both"] | None = None
    summary: Text
    aliases: Texts = ()
    # Put there by `Catalogue.of`; no file says it.
    services: Annotated[tuple[Service, ...], Field(exclude=True)] = ()
    # Put there by the reader, of a translation; no file says it.
    translated_address: Annotated[str | None, Field(exclude=True)] = None

    @property
    def address(self) -> str:
        """The page's address, relative to the site's root."""
        return self.translated_address or f"servizi/{self.slug}/"


class Catalogue(Value):
    """Every area in its order, each with its published services; drafts stand apart."""

    areas: tuple[Area, ...] = ()
    drafts: tuple[Service, ...] = ()

    @classmethod
    def of(cls, areas: list[Area], services: list[Service]) -> Catalogue:
        """Join areas and services, each in its order; a service that is not published becomes a draft."""
        ordered = sorted(services, key=lambda service: (service.order, service.title))
        return cls(
            areas=tuple(
                area.model_copy(
                    update={
                        "services": tuple(one for one in ordered if one.area == area.slug and one.status == "published")
                    }
                )
                for area in sorted(areas, key=lambda area: (area.order, area.title))
            ),
            drafts=tuple(one for one in ordered if one.status != "published"),
        )

    @property
    def services(self) -> tuple[Service, ...]:
        """All published services, area by area."""
        return tuple(service for area in self.areas for service in area.services)

    def area(self, slug: str) -> Area | None:
        """The area of that slug, or None."""
        return next((area for area in self.areas if area.slug == slug), None)

    def service(self, reference: str) -> Service | None:
        """The published service named `slug` or `area/slug`, or None."""
        return next(
            (one for one in self.services if reference in (one.slug, f"{one.area}/{one.slug}")),
            None,
        )
