"""Posts that share something, the most alike first."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from plugins.blog.related_posts import Likeness


def post(title: str, tags: tuple[str, ...] = (), category: str = "Mestiere") -> SimpleNamespace:
    return SimpleNamespace(title=title, tags=tags, category=category)


def titles(posts: list[SimpleNamespace]) -> list[str]:
    return [one.title for one in posts]


def test_a_rare_shared_tag_relates_more_than_a_common_one() -> None:
    this, common, rare = post("a", ("delega", "posta")), post("b", ("delega",)), post("c", ("posta",))
    others = [post(f"d{number}", ("delega",), "Altro") for number in range(7)]
    assert titles(Likeness([this, common, rare, *others]).related(this, 2)) == ["c", "b"]


def test_posts_with_nothing_in_common_are_not_related() -> None:
    this, other = post("a", ("delega",)), post("b", ("costi",), "Iniziare")
    assert Likeness([this, other]).related(this, 3) == []


def test_draft_lists_related_posts_but_no_post_lists_the_draft() -> None:
    this, draft = post("a", ("delega",)), post("bozza", ("delega",))
    likeness = Likeness([this])
    assert (titles(likeness.related(draft, 3)), likeness.related(this, 3)) == (["a"], [])


def _compared_with_each(this: SimpleNamespace, posts: list[SimpleNamespace]) -> list[str]:
    weights = Counter(tag for one in posts for tag in one.tags)
    alike = []
    for other in posts:
        shared = sum((Fraction(10**12 // weights[tag]) for tag in {*this.tags} & {*other.tags}), Fraction(0))
        score = shared + (Fraction(10**12 // 4) if other.category == this.category else 0)
        if other is not this and score:
            alike.append((-score, other.title))
    by_place = {one.title: place for place, one in enumerate(posts)}
    return [title for _, title in sorted(alike, key=lambda pair: (pair[0], by_place[pair[1]]))[:3]]


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_what_is_found_is_what_comparing_with_each_finds(seed: int, count: int) -> None:
    chance = random.Random(seed)
    posts = [
        post(f"p{number}", tuple(chance.sample("abcdefg", chance.randint(0, 4))), chance.choice("xyz"))
        for number in range(count)
    ]
    likeness = Likeness(posts)
    for this in posts:
        assert titles(likeness.related(this, 3)) == _compared_with_each(this, posts)
