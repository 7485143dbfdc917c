"""Reading time, neighbours and related posts, worked out once for all templates."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pelican.contents import Article

WORDS_A_MINUTE = 200
RELATED = 3
LATEST = 3


def reading_minutes(html: str) -> int:
    """Whole minutes, at least one, at 200 words a minute (Brysbaert 2019 gives 238 for English; screens are slower)."""
    words = len(re.sub(r"<[^>]+>", " ", html).split())
    return max(1, round(words / WORDS_A_MINUTE))


def related_posts(post: Article, posts: Sequence[Article], weights: Counter[str]) -> list[Article]:
    """The posts that share most with this one: rare tags count more, then the category, then what is newer."""
    tags = {str(tag) for tag in getattr(post, "tags", ())}

    def likeness(other: Article) -> float:
        shared = tags & {str(tag) for tag in getattr(other, "tags", ())}
        return sum(1 / weights[tag] for tag in shared) + (0.25 if other.category == post.category else 0.0)

    # `posts` come newest first, and sorting keeps that order among equals.
    alike = [(likeness(other), other) for other in posts if other is not post]
    return [other for score, other in sorted(alike, key=lambda pair: -pair[0]) if score > 0][:RELATED]


def enrich(generators: list[Any]) -> None:
    """Give every post its reading time, neighbours and related posts, and every template `latest` and `intro`."""
    articles, context = generators[0], generators[0].context
    posts: list[Article] = articles.articles
    weights = Counter(str(tag) for post in posts for tag in getattr(post, "tags", ()))
    for post in [*posts, *articles.hidden_articles, *articles.drafts]:
        post.reading_minutes = reading_minutes(post._content)
        post.related = related_posts(post, posts, weights)
        post.next = post.previous = None
    for newer, older in itertools.pairwise(posts):
        newer.previous, older.next = older, newer
    context["latest"] = posts[:LATEST]
    context["intro"] = {page.slug: page for page in context["pages"]}
