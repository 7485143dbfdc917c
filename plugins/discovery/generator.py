"""Generators of feeds, sitemap, robots.txt, llms.txt, redirects and web manifest."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.writers import Writer

from plugins.content.colours.tokens import colours_of
from plugins.content.markup.aliases import file_of
from plugins.discovery.documents import entries, feed, guide_file, redirect, robots_file, rules_file, sitemap_file
from plugins.discovery.output_files import Maker, write
from plugins.discovery.posts import newest
from plugins.discovery.site_icons import icons
from plugins.discovery.web_manifest import manifest

_log = logging.getLogger(__name__)


class BrandGenerator(Generator):  # type: ignore[misc]
    """Web app manifest and icons."""

    # It reads nothing of posts and pages.
    is_traced = True
    in_each_language = True

    def generate_output(self, _writer: Writer) -> None:
        """Write them."""
        theme, output, office = Path(self.theme), Path(self.output_path), self.context["office"]
        write(output, f"{office.prefix}manifest.webmanifest", manifest(office, colours_of(theme)))
        if office.prefix:
            return  # with the icons of the site
        own = office.pictures.favicon
        made, is_own = icons(theme, office.identity.brand, own, Path(self.path))
        if not is_own:
            _log.warning("%s cannot be drawn: telephones show the initial in its place", own.address)
        for name, icon in made.items():
            write(output, name, icon)


class _DocumentsGenerator(Generator):  # type: ignore[misc]
    def _make(self, writer: Writer, name: str, maker: Maker, **said: Any) -> None:  # noqa: ANN401
        """Write a document, or have it written: a writer that makes only what has changed is told what it is of."""
        if hasattr(writer, "write_made"):
            writer.write_made(name, maker, self.context, **said)
        else:
            write(Path(self.output_path), name, maker({**self.context, **said}))


class DiscoveryGenerator(_DocumentsGenerator):
    """Sitemap, robots.txt, llms.txt and redirects."""

    in_each_language = True

    def generate_output(self, writer: Writer) -> None:
        """Write them; of a redirect there is a page at each alias, and for hosted pages the rules that spare it."""
        site, prefix = self.settings["SITEURL"], self.context["office"].prefix
        further: Sequence[Mapping[str, Any]] = self.context.get("further_contexts", ())
        if not prefix:
            there = tuple(entry for context in further for entry in entries(context))
            self._make(writer, "sitemap.xml", sitemap_file, site=site, further=there)
            prefixes = ("", *(context["office"].prefix for context in further))
            self._make(writer, "robots.txt", robots_file, site=site, prefixes=prefixes)
        self._make(writer, f"{prefix}llms.txt", guide_file, site=site)
        places = {}
        for alias, address, value in _aliases(self.context):
            places[alias] = f"{site}/{address}"
            self._make(writer, file_of(alias), redirect, place=places[alias], subject=value)
        for context in further:
            places |= {alias: f"{site}/{address}" for alias, address, _value in _aliases(context)}
        if places and not prefix:
            self._make(writer, "_redirects", rules_file, places=places, site=site)


def _aliases(context: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The former addresses of all that is published in a language, each with where that is now."""
    catalogue = context["office"].catalogue
    contents = (*context["articles"], *context["hidden_articles"], *context["pages"])
    published = [(content.url, content) for content in contents]
    published += [(value.address, value) for value in (*catalogue.areas, *catalogue.services)]
    for address, value in published:
        yield from ((alias, address, value) for alias in getattr(value, "aliases", ()))


class FeedsGenerator(_DocumentsGenerator):
    """The feed of the blog and those of its categories."""

    in_each_language = True

    def generate_output(self, writer: Writer) -> None:
        """Write each that has posts, and the one that pages lead to."""
        site = str(self.settings["SITEURL"] or self.settings["FEED_DOMAIN"])
        identity, most = self.context["office"].identity, self.settings["FEED_MAX_ITEMS"]
        main = f"{self.context['office'].prefix}feed.xml"
        groups = [(self.settings["INDEX_URL"], main, identity.brand, self.context["articles"])]
        groups += [
            (category.url, f"{category.url}feed.xml", f"{identity.brand}: {category}", listed)
            for category, listed in self.context["categories"]
        ]
        is_led_to = self.context["office"].has("blog")
        for page, address, title, posts in groups:
            if posts or (is_led_to and address == main):
                told = {"site": site, "address": address, "page": page, "title": title}
                self._make(writer, address, feed, **told, posts=newest(posts, most))
