"""Testimonials and cases: what clients said, and works told from start to end, each with the client's consent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from plugins.domain.base import Slug, Text, Value
from plugins.domain.language import _

_BLANK_LINES = re.compile(r"\n\s*\n")


class _OfClient(Value):
    """What testimonials and cases have in common; words of a client go out only with her consent."""

    # The name of its file.
    slug: Annotated[Slug, Field(exclude=True)]
    when: date
    # How and when it was given: for the owner's own records, shown nowhere.
    consent: Text | None = None
    service: Text | None = None
    order: int = 0
    status: Literal["published", "draft"] = "published"
    # The body of the file, put there by the reader.
    text: Annotated[str, Field(exclude=True)] = ""

    @model_validator(mode="after")
    def _has_consent(self) -> _OfClient:
        if self.consent is None and self.status != "draft":
            raise ValueError(
                _(
                    "Manca «consent», come e quando ti ha detto di sì. Aggiungilo, o tieni il testo in bozza "
                    "(status: draft). Esempio: consent: con una mail del 3 marzo 2027"
                )
            )
        return self

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words as they are read: plain text, a paragraph after each blank line."""
        return tuple(" ".join(part.split()) for part in _BLANK_LINES.split(self.text) if part.strip())


class Testimonial(_OfClient):
    """What a client said of the work, in her own words."""

    who: Text
    role: Text | None = None


class Case(_OfClient):
    """A work told from start to end: what there was, what was done, what came of it."""

    title: Text
    who: Text
    summary: Text


OfClient = TypeVar("OfClient", Testimonial, Case)


def published(read: Iterable[OfClient]) -> tuple[OfClient, ...]:
    """Those that are no drafts, in their order; of the same order, the newest first."""
    return tuple(
        sorted(
            (one for one in read if one.status != "draft"), key=lambda one: (one.order, -one.when.toordinal(), one.slug)
        )
    )


def about_service(read: Iterable[OfClient], slug: str) -> tuple[OfClient, ...]:
    """Those that name a service, by its slug alone or with its area before it."""
    return tuple(one for one in read if one.service is not None and one.service.rpartition("/")[2] == slug)
