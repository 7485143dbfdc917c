"""What a reader of the blog is told besides the posts."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

from plugins.blog.reading import enrich, reading_minutes, related_posts


def post(title: str, tags: tuple[str, ...] = (), category: str = "Mestiere") -> SimpleNamespace:
    return SimpleNamespace(title=title, tags=tags, category=category, _content="parola " * 400)


def test_reading_time_counts_words_and_not_markup() -> None:
    assert reading_minutes("<p class='x y z'>" + "parola " * 600 + "</p>") == 3


def test_even_the_shortest_post_takes_a_minute() -> None:
    assert reading_minutes("<p>Ciao.</p>") == 1


def test_a_rare_shared_tag_relates_more_than_a_common_one() -> None:
    this, common, rare = post("a", ("delega", "posta")), post("b", ("delega",)), post("c", ("posta",))
    weights = Counter({"delega": 9, "posta": 2})
    assert [one.title for one in related_posts(this, [this, common, rare], weights)] == ["c", "b"]


def test_posts_with_nothing_in_common_are_not_related() -> None:
    this, other = post("a", ("delega",)), post("b", ("costi",), "Iniziare")
    assert related_posts(this, [this, other], Counter({"delega": 1, "costi": 1})) == []


def test_neighbours_follow_the_dates() -> None:
    newest, middle, oldest = post("nuovo"), post("mezzo"), post("vecchio")
    context: dict[str, object] = {"pages": []}
    posts = [newest, middle, oldest]
    enrich([SimpleNamespace(articles=posts, hidden_articles=[], drafts=[], context=context)])
    assert (newest.next, newest.previous) == (None, middle)
    assert (middle.next, middle.previous) == (newest, oldest)
    assert (oldest.next, oldest.previous) == (middle, None)
    assert context["latest"] == posts
