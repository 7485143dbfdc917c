"""Content reader of Pelican: hands over documents that our own reader has read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from markdown import Markdown
from pelican import Pelican
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator
from pelican.readers import BaseReader, Readers

from plugins.content.base.faults import ContentError
from plugins.content.markup.foreign_links import with_foreign_links
from plugins.content.markup.markdown_converter import Converter
from plugins.content.markup.rst_document import TEXTS, html_of, is_rst, sections_of
from plugins.content.plugin_requirements import need_office
from plugins.content.site import Site, read_site
from plugins.content.timezone_data import use_newest
from plugins.domain.language import own_language, spoken
from plugins.site.metadata import metadata_of


class DocumentReader(BaseReader):  # type: ignore[misc]
    """Turns a file that is already read into what Pelican wants: HTML and metadata."""

    enabled = True
    file_extensions = ("md", "rst")

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__(settings)
        self._root = Path(settings["PATH"]).absolute()
        self._markdown: Markdown | None = None

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the body as HTML and the front matter as Pelican's metadata."""
        site: Site = self.settings["SITE"]
        path = Path(source_path).relative_to(self._root).as_posix()
        source = site.sources[path]
        if is_rst(source.path):
            html, sections = html_of(source.document), sections_of(source.document)
        else:
            convert: Callable[[str], tuple[str, list[Any]]] = self.settings.get("CONVERT") or self._convert
            html, sections = convert(source.document.body)
        if source.document.original:
            html = with_foreign_links(html, source.document, site.sources, own_language().code)
        return html, {"sections": sections, **metadata_of(source.value, self.settings)}

    def _convert(self, body: str) -> tuple[str, list[Any]]:
        # One converter for all files: building it costs as much as a short post.
        self._markdown = self._markdown or Converter(**self.settings["MARKDOWN"])
        return self._markdown.reset().convert(body), getattr(self._markdown, "toc_tokens", [])


def read(pelican: Pelican) -> None:
    """Read the content once a run, where a watching Pelican sees edits; faults end the run with exit code 1."""
    # Pelican may have been started by its own command.
    use_newest()
    content = Path(pelican.path)
    need_office("plugins.site", content)
    try:
        site = read_site(content)
    except ContentError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault.within(Path(content.name))}\n")
        # Not an exception of Pelican's: those are shown with a traceback, which tells a writer nothing.
        raise SystemExit(1) from None
    pelican.settings["SITE"] = site
    # For whoever reads a file again without a reader.
    pelican.settings["METADATA_OF"] = metadata_of
    pelican.settings["TIMEZONE"] = site.office.availability.timezone.key
    # Where no page shows the posts, nothing lists them either; a run that watches may see the page come back.
    listing = pelican.settings.setdefault("LISTS_OF_POSTS", pelican.settings["DIRECT_TEMPLATES"])
    pelican.settings["DIRECT_TEMPLATES"] = listing if site.office.has("blog") else []
    pelican.settings["DEFAULT_LANG"] = spoken().tag
    pelican.settings["SITENAME"] = site.office.identity.brand
    pelican.settings["AUTHOR"] = site.office.identity.name
    # Asked once a run: a build across midnight is all of one day.
    pelican.settings["DAY"] = _day(pelican.settings.get("TODAY"), site)


def leave_translations_out(generator: Generator) -> None:
    """Have a generator of Pelican's find the texts that the site has, in one order; a translation is none by itself.

    The site is the one of the moment when it looks for them: a generator begins more than once where an edit reads on.
    """
    if isinstance(generator, ArticlesGenerator | PagesGenerator) and not _leaves_out(generator):
        generator.get_files = partial(_texts, generator.settings, generator.get_files)


def _leaves_out(generator: Generator) -> bool:
    return isinstance(generator.get_files, partial) and generator.get_files.func is _texts


def _texts(
    settings: Mapping[str, Any],
    get_files: Callable[..., Iterable[str]],
    *paths: Any,  # noqa: ANN401 - Pelican's own arguments
    **others: Any,  # noqa: ANN401
) -> list[str]:
    sources = settings["SITE"].sources
    found = sorted(get_files(*paths, **others))
    return [path for path in found if not path.endswith(TEXTS) or PurePath(path).as_posix() in sources]


def _day(today: str | None, site: Site) -> date:
    """The day it is for the posts that wait for theirs: `TODAY` as an ISO date, or else the owner's own."""
    return date.fromisoformat(today) if today else site.office.availability.local_day(datetime.now(UTC))


def add_reader(readers: Readers) -> None:
    """Read Markdown and reStructuredText with our reader."""
    readers.reader_classes = {"static": BaseReader, "md": DocumentReader, "rst": DocumentReader}
