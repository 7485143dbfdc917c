"""Reading time, neighbours and related posts, worked out once for all templates."""

from __future__ import annotations

import itertools
import re
from typing import Any

from pelican.contents import Article, Content

from plugins.blog.related_posts import Likeness

WORDS_A_MINUTE = 200
RELATED = 3
LATEST = 3


def reading_minutes(html: str) -> int:
    """Whole minutes, at least one, at 200 words a minute (Brysbaert 2019 gives 238 for English; screens are slower)."""
    words = len(re.sub(r"<[^>]+>", " ", html).split())
    return max(1, round(words / WORDS_A_MINUTE))


def time_reading(content: Content) -> None:
    """Give a post its reading time."""
    if isinstance(content, Article):
        content.reading_minutes = reading_minutes(content._content)


def enrich(generators: list[Any]) -> None:
    """Give every post its neighbours and related posts, and every template `latest` and `intro`."""
    articles, context = generators[0], generators[0].context
    posts: list[Article] = articles.articles
    likeness = Likeness(posts)
    for post in [*posts, *articles.hidden_articles, *articles.drafts]:
        post.related = likeness.related(post, RELATED)
        post.next = post.previous = None
    for newer, older in itertools.pairwise(posts):
        newer.previous, older.next = older, newer
    context["latest"] = posts[:LATEST]
    context["intro"] = {page.slug: page for page in context["pages"]}
