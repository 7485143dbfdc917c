"""Posts as feeds, llms.txt and JSON-LD have them, read off Pelican's articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from plugins.content.markup.draft_links import without_draft_links
from plugins.content.markup.rooted_links import with_rooted_links
from plugins.discovery.feeds import Entry
from plugins.discovery.head_tags import day_of


def entry(post: Any, site: str) -> Entry:  # noqa: ANN401 - Pelican's content has no types
    """A post in full, its links whole."""
    return Entry(
        address=post.url,
        title=str(post.title),
        summary=plain_summary(post),
        content=without_draft_links(with_rooted_links(post.get_content(site), site), site),
        category=str(post.category),
        published=post.date,
        updated=getattr(post, "modified", None) or post.date,
    )


def plain_summary(content: Any) -> str:  # noqa: ANN401
    """The summary of a post or a page without marks."""
    words = str(getattr(content, "summary", ""))
    # Of most there are none, and looking for them takes long where there are a thousand posts.
    return Markup(words).striptags() if "<" in words or "&" in words else " ".join(words.split())


def newest(posts: Iterable[Any], most: int) -> list[Any]:
    """The posts that a feed holds: the newest, newest first."""
    return sorted(posts, key=lambda post: (post.date, post.url), reverse=True)[:most]


def changed(post: Any) -> date:  # noqa: ANN401
    """The day a post was changed on, or else that of its publication."""
    return day_of(post) or post.date.date()


def last_changed(posts: Sequence[Any]) -> date | None:
    """The last day that any of these was changed on."""
    return max(map(changed, posts), default=None)
