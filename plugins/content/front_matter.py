"""Front matter models: the keys of a page or a post."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from plugins.domain.base import Slug, Text, Value
from plugins.domain.catalogue import Faq


def _comma_separated(raw: object) -> object:
    return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw


Words = Annotated[tuple[Text, ...], BeforeValidator(_comma_separated)]


class Step(Value):
    """One step of how the work goes."""

    title: Text
    text: Text


class Action(Value):
    """The words of a page's one primary button, and the small note beside it."""

    label: Text
    note: Text | None = None


class FrontMatter(Value):
    """What posts and pages have in common; dates are the owner's days."""

    title: Text
    slug: Slug
    summary: Text | None = None
    modified: date | None = None
    status: Literal["published", "draft", "hidden"] = "published"
    image: Text | None = None
    image_alt: Text | None = None
    service: Text | None = None
    aliases: Words = ()
    # Put there by the reader, of a translation; no file says it.
    translated_address: Annotated[str | None, Field(exclude=True)] = None


class Post(FrontMatter):
    """A post of the blog; it goes out on its date."""

    date: date
    category: Text
    tags: Words = ()

    @property
    def address(self) -> str:
        """The post's address, relative to the site's root."""
        return self.translated_address or f"blog/{self.slug}/"


class Page(FrontMatter):
    """A page, with its place in the menu and the pieces its template lays out."""

    kicker: Text | None = None
    heading: Text | None = None
    lead: Text | None = None
    menu: int | None = None
    menu_label: Text | None = None
    steps: tuple[Step, ...] = ()
    faq: tuple[Faq, ...] = ()
    action: Action | None = None
    category: Text | None = None
    tags: Words = ()
    published: Annotated[date | None, Field(alias="date")] = None

    @property
    def address(self) -> str:
        """The page's address, relative to the site's root."""
        if self.translated_address is not None:
            return self.translated_address
        return {"home": "", "404": "404.html"}.get(self.slug, f"{self.slug}/")
