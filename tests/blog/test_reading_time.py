"""What a reader of the blog is told besides the posts."""

from __future__ import annotations

from types import SimpleNamespace

from plugins.blog.reading_time import enrich, reading_minutes


def post(title: str, tags: tuple[str, ...] = (), category: str = "Mestiere") -> SimpleNamespace:
    return SimpleNamespace(title=title, tags=tags, category=category, _content="parola " * 400)


def test_reading_time_counts_words_and_not_markup() -> None:
    assert reading_minutes("<p class='x y z'>" + "parola " * 600 + "</p>") == 3


def test_even_the_shortest_post_takes_a_minute() -> None:
    assert reading_minutes("<p>Ciao.</p>") == 1


def test_neighbours_follow_the_dates() -> None:
    newest, middle, oldest = post("nuovo"), post("mezzo"), post("vecchio")
    context: dict[str, object] = {"pages": []}
    posts = [newest, middle, oldest]
    enrich([SimpleNamespace(articles=posts, hidden_articles=[], drafts=[], context=context)])
    assert (newest.next, newest.previous) == (None, middle)
    assert (middle.next, middle.previous) == (newest, oldest)
    assert (oldest.next, oldest.previous) == (middle, None)
    assert context["latest"] == posts
