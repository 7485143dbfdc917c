"""Metadata of Pelican, from a validated front matter."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from pelican.urlwrappers import Category, Tag
from pelican.utils import SafeDatetime
from pydantic import BaseModel

from plugins.content.front_matter import Page, Post
from plugins.content.markup.slugs import slug_of

# Pages with a layout of their own, by slug; every other one is laid out by page.html.
TEMPLATES = {slug: slug for slug in ("home", "servizi", "cerca", "contatti", "prenota")} | {
    "grazie": "notice",
    "404": "notice",
}


def metadata_of(value: BaseModel, settings: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a post, of a page or of an entry of the catalogue; the day is that of the settings, `DAY`."""
    metadata = {name: value for name, value in value if value not in (None, ())}
    if isinstance(value, Post):
        if value.status == "published" and value.date > settings["DAY"]:
            metadata["status"], metadata["scheduled"] = "draft", True
        metadata["category"] = _named(Category(value.category, settings))
        metadata["tags"] = [_named(Tag(tag, settings)) for tag in value.tags]
        # In the place of the name the service itself is put.
        metadata["service_name"] = value.service
    elif isinstance(value, Page):
        metadata |= _place(value)
        metadata.pop("category", None)
        metadata.pop("tags", None)
    if (address := metadata.pop("translated_address", None)) is not None:
        metadata |= _translated_place(address, metadata)
    if "summary" in metadata:
        # A text here, and HTML to Pelican and to whoever takes the tags out of it.
        metadata["summary"] = escape(metadata["summary"], quote=False)
    for name, given in list(metadata.items()):
        if isinstance(given, date):
            metadata[name] = SafeDatetime(given.year, given.month, given.day)
    return metadata


def _translated_place(address: str, metadata: dict[str, Any]) -> dict[str, str]:
    """Where a translation is found, which no setting tells."""
    address = f"drafts/{address}" if metadata.get("status") == "draft" else address
    is_listed_elsewhere = metadata.get("save_as") == ""
    save_as = "" if is_listed_elsewhere else address if address.endswith(".html") else f"{address}index.html"
    return {"url": address, "save_as": save_as}


def _named(label: Category | Tag) -> Category | Tag:
    """A label at the address that our own rule gives it, which the checks know."""
    label.slug = slug_of(label.name)
    return label


def _place(page: Page) -> dict[str, str]:
    """The template and, for the pages that are not at `/SLUG/`, the address."""
    place = {"template": TEMPLATES.get(page.slug, "page")}
    if page.slug == "home":
        return place | {"url": "", "save_as": "index.html"}
    if page.slug == "404":
        return place | {"url": "404.html", "save_as": "404.html"}
    if page.slug == "blog":
        # Its words open the list of posts, which has this address.
        return place | {"url": "blog/", "save_as": ""}
    return place
