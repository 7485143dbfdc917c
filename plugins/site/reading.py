"""The content, read by our own reader and handed to Pelican."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from markdown import Markdown
from pelican import Pelican
from pelican.generators import Generator
from pelican.readers import BaseReader, Readers
from pelican.urlwrappers import Category, Tag
from pelican.utils import SafeDatetime
from pydantic import BaseModel

from plugins.content.articles import Page, Post
from plugins.content.faults import ContentError
from plugins.content.fragments import Fragments
from plugins.content.interface import jinja_filters, stylesheet
from plugins.content.site import Site, read_site
from plugins.content.slugs import slug_of
from plugins.content.templating import Words
from plugins.domain.language import spoken

# Pages with a layout of their own, by slug; every other one is laid out by page.html.
TEMPLATES = {slug: slug for slug in ("home", "servizi", "cerca", "contatti", "prenota")} | {
    "grazie": "notice",
    "404": "notice",
}


class DocumentReader(BaseReader):  # type: ignore[misc]
    """Turns a file that is already read into what Pelican wants: HTML and metadata."""

    enabled = True
    file_extensions = ("md",)

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__(settings)
        self._root = Path(settings["PATH"]).resolve()
        self._markdown: Markdown | None = None

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the body as HTML and the front matter as Pelican's metadata."""
        site: Site = self.settings["SITE"]
        path = Path(source_path).relative_to(self._root).as_posix()
        source = site.sources[path]
        convert: Callable[[str], tuple[str, list[Any]]] = self.settings.get("CONVERT") or self._convert
        html, sections = convert(source.document.body)
        return html, {"sections": sections, **_metadata(source.value, self.settings)}

    def _convert(self, body: str) -> tuple[str, list[Any]]:
        # One converter for all files: building it costs as much as a short post.
        self._markdown = self._markdown or Markdown(**self.settings["MARKDOWN"])
        return self._markdown.reset().convert(body), getattr(self._markdown, "toc_tokens", [])


def _metadata(value: BaseModel, settings: dict[str, Any]) -> dict[str, Any]:
    metadata = {name: value for name, value in value if value not in (None, ())}
    if isinstance(value, Post):
        if value.status == "published" and value.date > settings["DAY"]:
            metadata["status"], metadata["scheduled"] = "draft", True
        metadata["category"] = _named(Category(value.category, settings))
        metadata["tags"] = [_named(Tag(tag, settings)) for tag in value.tags]
    elif isinstance(value, Page):
        metadata |= _place(value)
        metadata.pop("category", None)
        metadata.pop("tags", None)
    for name, given in list(metadata.items()):
        if isinstance(given, date):
            metadata[name] = SafeDatetime(given.year, given.month, given.day)
    return metadata


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


def read(pelican: Pelican) -> None:
    """Read the content once a run, where a watching Pelican sees edits; faults end the run with exit code 1."""
    content = Path(pelican.path)
    try:
        site = read_site(content)
    except ContentError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault.within(Path(content.name))}\n")
        # Not an exception of Pelican's: those are shown with a traceback, which tells a writer nothing.
        raise SystemExit(1) from None
    pelican.settings["SITE"] = site
    pelican.settings["TIMEZONE"] = site.office.availability.timezone.key
    pelican.settings["DEFAULT_LANG"] = spoken().tag
    pelican.settings["SITENAME"] = site.office.identity.brand
    pelican.settings["AUTHOR"] = site.office.identity.name
    # Asked once a run: a build across midnight is all of one day.
    pelican.settings["DAY"] = _day(pelican.settings.get("TODAY"), site)


def _day(today: str | None, site: Site) -> date:
    """The day it is for the posts that wait for theirs: `TODAY` as an ISO date, or else the owner's own."""
    return date.fromisoformat(today) if today else site.office.availability.local_day(datetime.now(UTC))


def share(generator: Generator) -> None:
    """Give the templates what site and endpoint share."""
    office = generator.settings["SITE"].office
    generator.env.add_extension(Words)
    generator.env.add_extension(Fragments)
    generator.env.filters.update(jinja_filters(office.availability.timezone))
    if "stylesheet" not in generator.context:  # the generators of a run share one
        generator.context["stylesheet"] = stylesheet(Path(generator.theme))
    generator.context.update(office=office, SITENAME=generator.settings["SITENAME"])


def add_reader(readers: Readers) -> None:
    """Read Markdown with our reader."""
    readers.reader_classes = {"static": BaseReader, "md": DocumentReader}
