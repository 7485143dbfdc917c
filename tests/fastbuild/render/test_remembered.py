"""A piece of a page is rendered once for the same things, and each page that shows it has read what it says."""

from __future__ import annotations

from itertools import count

import pytest
from markupsafe import Markup
from pelican.contents import Content

from plugins.fastbuild.render import fragments, read_tracking
from plugins.fastbuild.render.fragments import FragmentCache, PageReads, read_by_page, shared


def _reading() -> str:
    read_tracking.add([(0, "name")])
    return ""


def _cache() -> FragmentCache:
    fragments.forget()
    return FragmentCache(repr)


@pytest.mark.parametrize("named", [(), ("a", 1, None), ([],), (Content, "a")])
def test_the_same_things_are_rendered_once(named: tuple[object, ...]) -> None:
    remembered, times = _cache(), count()
    assert [remembered("x:1", named, lambda: str(next(times))) for _ in range(3)] == ["0"] * 3


def test_what_only_looks_alike_is_rendered_by_itself() -> None:
    remembered, times = _cache(), count()
    alike = ["1", 1, 1.0, True, Markup("1"), ["1"], ["1"]]
    pieces = [remembered("x:1", (one,), lambda: str(next(times))) for one in alike]
    pieces += [remembered(place, ("1",), lambda: str(next(times))) for place in ("x:2", "y:1")]
    assert pieces == [str(number) for number in range(9)]


def test_remembered_pieces_of_short_lived_objects_are_never_mixed_up() -> None:
    remembered = _cache()
    assert [remembered("x:1", ([number],), lambda n=number: str(n)) for number in range(50)] == [  # type: ignore[misc]
        str(number) for number in range(50)
    ]


def test_each_page_has_read_what_its_pieces_read() -> None:
    kind = read_tracking.traced(Content)
    one, other = (object.__new__(kind) for _ in range(2))
    for each in (one, other):
        object.__setattr__(each, "title", "Uno")
    remembered = _cache()
    for _ in range(2):
        read_tracking.forget()
        assert other.title == remembered("x:1", (one,), lambda: one.title)
        fragments.expand()
        assert read_tracking.contents_read().keys() == {id(one), id(other)}
    assert read_tracking.names_read() == {"title"}


def test_fragments_within_one_count_as_read_by_it() -> None:
    remembered = _cache()
    read_tracking.forget()
    remembered("x:1", (), lambda: remembered("x:2", (), _reading))
    assert read_by_page() == PageReads(frozenset({" x:1 ()"}), {}, frozenset())
    assert read_tracking.context_of(fragments._expanded([(1, " x:1 ()")])) == {"name"}


@pytest.mark.parametrize(("pages", "known", "found"), [(11, (), 0), (12, (), 1), (1, (" x:1 ()",), 1)])
def test_only_fragments_of_many_pages_are_told_apart(pages: int, known: tuple[str, ...], found: int) -> None:
    remembered, reads = _cache(), []
    for _ in range(pages):
        read_tracking.forget()
        remembered("x:1", (), _reading)
        reads.append(read_by_page())
    own, told = shared(reads, known)
    assert len(own) == found
    assert all(("name" in page.asked) == (not found) == (not page.fragments) for page in told)
