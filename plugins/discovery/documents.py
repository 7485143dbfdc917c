"""Documents written beside the pages (feeds, sitemap and the like), from a template's context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from plugins.content.fonts.typefaces import site_path
from plugins.discovery.feeds import Feed, atom
from plugins.discovery.head_tags import day_of
from plugins.discovery.llms_txt import guide
from plugins.discovery.posts import changed, entry, last_changed, plain_summary
from plugins.discovery.redirects import page, rules
from plugins.discovery.sitemap import Entry, robots, sitemap

# Reached only from a form, a wrong address or a search: of no use as an entrance.
UNLISTED = ("404", "grazie", "cerca")


def sitemap_file(said: Mapping[str, Any]) -> bytes:
    """The sitemap of everything that is published."""
    return sitemap(said["site"], [*entries(said), *said["further"]])


def entries(said: Mapping[str, Any]) -> Iterator[Entry]:
    """The pages of a language that are worth finding, each with those that say the same in others."""
    alternates = said.get("alternates", {})
    for one in _entries(said):
        found = list(alternates.get(one.address, {}).items())
        # Who speaks none of them is shown the site's own.
        yield replace(one, alternates=(*found, ("x-default", found[0][1]))) if found else one


def _entries(said: Mapping[str, Any]) -> Iterator[Entry]:
    posts, catalogue = said["articles"], said["office"].catalogue
    for address in (said["INDEX_URL"], said["ARCHIVES_URL"]) if said["office"].has("blog") else ():
        yield Entry(address, last_changed(posts))
    for content in said["pages"]:
        if content.slug not in (*UNLISTED, "blog"):
            yield Entry(content.url, day_of(content))
    for post in posts:
        yield Entry(post.url, changed(post))
    for value in (*catalogue.areas, *catalogue.services):
        yield Entry(value.address)
    for group, listed in (*said["categories"], *said["tags"]):
        yield Entry(group.url, last_changed(listed))


def robots_file(said: Mapping[str, Any]) -> bytes:
    """What crawlers may read."""
    return robots(said["site"], said["prefixes"]).encode()


def guide_file(said: Mapping[str, Any]) -> bytes:
    """The site for programs that read."""
    pages = [
        (content.title, content.url, plain_summary(content))
        for content in sorted(said["pages"], key=lambda content: str(content.url))
        if content.slug not in UNLISTED
    ]
    posts = [(post.title, post.url, plain_summary(post)) for post in said["articles"]]
    return guide(said["site"], said["office"], pages, posts).encode()


def redirect(said: Mapping[str, Any]) -> str:
    """The page at an alias of `subject`, which is now at `place`."""
    return page(said["place"], said["subject"].title)


def rules_file(said: Mapping[str, Any]) -> bytes:
    """The rules for all aliases, by their places."""
    return rules(said["places"], site_path(said["site"])).encode()


def feed(said: Mapping[str, Any]) -> bytes:
    """The feed of `posts` at `address`; `page` lists them too, and `site` is the whole address of the site."""
    site, office = said["site"], said["office"]
    identity = office.identity
    told = said["address"], said["page"], said["title"], identity.claim, identity.name
    return atom(site, Feed(*told, tuple(entry(post, site) for post in said["posts"]), office.prefix))
