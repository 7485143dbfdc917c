"""Writes what is found beside the pages, once all of them are known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican.generators import Generator
from pelican.writers import Writer

from plugins.content.interface import palette
from plugins.content.office import Office
from plugins.discovery.crawlers import Entry, robots, sitemap
from plugins.discovery.feeds import Entry as FeedEntry
from plugins.discovery.feeds import Feed, atom
from plugins.discovery.files import write
from plugins.discovery.guide import Line, guide
from plugins.discovery.heads import day_of
from plugins.discovery.manifest import icons, manifest
from plugins.discovery.redirects import file_of, page, rules
from plugins.domain.catalogue import Area, Service

# Reached only from a form, a wrong address or a search: of no use as an entrance.
UNLISTED = ("404", "grazie", "cerca")


class _FilesGenerator(Generator, ABC):  # type: ignore[misc]
    """Writes files beside the pages; each kind apart, for an edit seldom touches more than one."""

    # What it knows of posts and pages it reads off Pelican's contents, so that one can tell when it has to write again.
    is_traced = True

    def generate_output(self, _writer: Writer) -> None:
        """Write every file."""
        for name, content in self._files():
            write(Path(self.output_path), name, content)

    @abstractmethod
    def _files(self) -> Iterator[tuple[str, bytes | str]]: ...

    @property
    def _public(self) -> str:
        # A feed and a redirect need a whole address even while the site is being written.
        return str(self.settings["SITEURL"] or self.settings["FEED_DOMAIN"])

    @property
    def _office(self) -> Office:
        office: Office = self.context["office"]
        return office


class BrandGenerator(_FilesGenerator):
    """Web app manifest and icons."""

    def _files(self) -> Iterator[tuple[str, bytes | str]]:
        colours = palette(Path(self.theme))
        yield "manifest.webmanifest", manifest(self._office.identity, colours)
        yield from icons(colours).items()


class DiscoveryGenerator(_FilesGenerator):
    """Sitemap, robots.txt, llms.txt and redirects."""

    def _files(self) -> Iterator[tuple[str, bytes | str]]:
        site = self.settings["SITEURL"]
        yield "sitemap.xml", sitemap(site, self._entries())
        yield "robots.txt", robots(site)
        yield "llms.txt", guide(site, self._office, self._pages(), self._posts())
        yield from self._redirects(site)

    def _catalogued(self) -> list[Area | Service]:
        return [*self._office.catalogue.areas, *self._office.catalogue.services]

    def _entries(self) -> Iterator[Entry]:
        posts = self.context["articles"]
        for address in ("blog/", "blog/archivio/"):
            yield Entry(address, _newest(posts))
        for content in self.context["pages"]:
            if content.slug not in (*UNLISTED, "blog"):
                yield Entry(content.url, day_of(content))
        for post in posts:
            yield Entry(post.url, _changed(post))
        for value in self._catalogued():
            yield Entry(value.address)
        for group, listed in (*self.context["categories"], *self.context["tags"]):
            yield Entry(group.url, _newest(listed))

    def _pages(self) -> Iterable[Line]:
        return [
            (content.title, content.url, Markup(getattr(content, "summary", "")).striptags())
            for content in sorted(self.context["pages"], key=lambda content: str(content.url))
            if content.slug not in UNLISTED
        ]

    def _posts(self) -> Iterable[Line]:
        return [(post.title, post.url, Markup(post.summary).striptags()) for post in self.context["articles"]]

    def _redirects(self, site: str) -> Iterator[tuple[str, str]]:
        """A page at each alias, and for hosted pages the rules that spare it."""
        published = [
            (content.url, content.title, content)
            for content in (*self.context["articles"], *self.context["hidden_articles"], *self.context["pages"])
        ]
        published += [(value.address, value.title, value) for value in self._catalogued()]
        places = {}
        for address, title, value in published:
            for alias in getattr(value, "aliases", ()):
                places[alias] = f"{site}/{address}"
                yield file_of(alias), page(places[alias], title)
        if places:
            yield "_redirects", rules(places)


class FeedsGenerator(_FilesGenerator):
    """The feed of the blog and those of its categories."""

    def _files(self) -> Iterator[tuple[str, bytes | str]]:
        for feed in self._feeds(self._public):
            yield feed.address, atom(self._public, feed)

    def _feeds(self, site: str) -> Iterator[Feed]:
        identity, most = self._office.identity, self.settings["FEED_MAX_ITEMS"]
        groups = [("feed.xml", "blog/", identity.brand, self.context["articles"])]
        groups += [
            (f"{category.url}feed.xml", category.url, f"{identity.brand}: {category}", listed)
            for category, listed in self.context["categories"]
        ]
        for address, where, title, posts in groups:
            if posts:
                # Only of these the texts are read.
                entries = tuple(_entry(post, site) for post in newest(posts, most))
                yield Feed(address, where, title, identity.claim, identity.name, entries)


def _entry(post: Any, site: str) -> FeedEntry:  # noqa: ANN401 - Pelican's content has no types
    return FeedEntry(
        address=post.url,
        title=Markup(post.title).striptags(),
        summary=Markup(post.summary).striptags(),
        content=post.get_content(site),
        category=str(post.category),
        published=post.date,
        updated=getattr(post, "modified", None) or post.date,
    )


def _changed(post: Any) -> date:  # noqa: ANN401 - Pelican's content has no types
    return day_of(post) or post.date.date()


def newest(posts: Iterable[Any], most: int) -> list[Any]:
    """The posts that a feed holds: the newest, newest first."""
    return sorted(posts, key=lambda post: (post.date, post.url), reverse=True)[:most]


def _newest(posts: Sequence[Any]) -> date | None:
    return max(map(_changed, posts), default=None)
