"""Generators of feeds, sitemap, robots.txt, llms.txt, redirects and web manifest."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.writers import Writer

from plugins.content.colours.tokens import colours_of
from plugins.content.markup.aliases import file_of
from plugins.discovery.documents import feed, guide_file, redirect, robots_file, rules_file, sitemap_file
from plugins.discovery.output_files import Maker, write
from plugins.discovery.posts import newest
from plugins.discovery.site_icons import icons
from plugins.discovery.web_manifest import manifest

_log = logging.getLogger(__name__)


class BrandGenerator(Generator):  # type: ignore[misc]
    """Web app manifest and icons."""

    # It reads nothing of posts and pages.
    is_traced = True

    def generate_output(self, _writer: Writer) -> None:
        """Write them."""
        theme, output, office = Path(self.theme), Path(self.output_path), self.context["office"]
        write(output, "manifest.webmanifest", manifest(office, colours_of(theme)))
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

    def generate_output(self, writer: Writer) -> None:
        """Write them; of a redirect there is a page at each alias, and for hosted pages the rules that spare it."""
        site = self.settings["SITEURL"]
        for name, maker in (("sitemap.xml", sitemap_file), ("robots.txt", robots_file), ("llms.txt", guide_file)):
            self._make(writer, name, maker, site=site)
        catalogue = self.context["office"].catalogue
        contents = (*self.context["articles"], *self.context["hidden_articles"], *self.context["pages"])
        published = [(content.url, content) for content in contents]
        published += [(value.address, value) for value in (*catalogue.areas, *catalogue.services)]
        places = {}
        for address, value in published:
            for alias in getattr(value, "aliases", ()):
                places[alias] = f"{site}/{address}"
                self._make(writer, file_of(alias), redirect, place=places[alias], subject=value)
        if places:
            self._make(writer, "_redirects", rules_file, places=places, site=site)


class FeedsGenerator(_DocumentsGenerator):
    """The feed of the blog and those of its categories."""

    def generate_output(self, writer: Writer) -> None:
        """Write each that has posts, and the one that pages lead to."""
        site = str(self.settings["SITEURL"] or self.settings["FEED_DOMAIN"])
        identity, most = self.context["office"].identity, self.settings["FEED_MAX_ITEMS"]
        groups = [("blog/", "feed.xml", identity.brand, self.context["articles"])]
        groups += [
            (category.url, f"{category.url}feed.xml", f"{identity.brand}: {category}", listed)
            for category, listed in self.context["categories"]
        ]
        is_led_to = self.context["office"].has("blog")
        for page, address, title, posts in groups:
            if posts or (is_led_to and address == "feed.xml"):
                told = {"site": site, "address": address, "page": page, "title": title}
                self._make(writer, address, feed, **told, posts=newest(posts, most))
