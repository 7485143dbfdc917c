"""A piece of a page is rendered once for the same things, and each page that shows it has read what it says."""

from __future__ import annotations

from itertools import count

import pytest
from jinja2 import Environment
from markupsafe import Markup
from pelican.contents import Content

from plugins.content.templates.template_fragments import Fragments
from plugins.fastbuild.render import fragments, read_tracking
from plugins.fastbuild.render.fragments import FragmentCache, PageReads, read_by_page

SHARED: dict[str, object] = {"SITE": "a", "office": ["b"]}


def _cache() -> FragmentCache:
    fragments.forget()
    return FragmentCache(repr, SHARED)


def _rendered(template: str, **said: object) -> PageReads:
    """What a page of this template has read."""
    environment = Environment(extensions=[Fragments])
    environment.context_class = read_tracking.TrackedContext
    environment.once = _cache()  # type: ignore[attr-defined]
    made = environment.from_string(template)
    read_tracking.forget()
    made.render(SHARED | said)
    return read_by_page()


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
    page = _rendered("{% once 1 %}{% once 2 %}{{ SITE }}{% endonce %}{% endonce %}")
    assert not page.asked
    assert [one.asked for one in fragments.rendered().values()] == [{"SITE"}]


@pytest.mark.parametrize(
    "template",
    [
        "{% once 1 %}{{ SITE }}{% endonce %}",
        "{{ SITE }}{% once 1 %}{{ SITE }}{% endonce %}",
        "{% set x = [SITE] %}{% once x %}{{ x }}{{ SITE }}{% endonce %}",
        "{% for one in office %}{% once one %}{{ one }}{{ SITE }}{% endonce %}{% endfor %}",
        "{% once 1 %}{% set x = SITE %}{{ x }}{% endonce %}",
        "{% once mine %}{{ mine }}{{ SITE }}{% endonce %}",
    ],
)
def test_a_fragment_has_asked_for_the_names_that_it_sees(template: str) -> None:
    assert _rendered(template, mine=["c"]).fragments
    assert all("SITE" in one.asked for one in fragments.rendered().values())


@pytest.mark.parametrize(
    "template",
    [
        "{% set x = [SITE] %}{% once 1 %}{{ x }}{% endonce %}",
        "{% set x = [SITE] %}{% block b %}{% once 1 %}{{ x }}{% endonce %}{% endblock %}",
        "{% for one in office %}{% once 1 %}{{ one }}{% endonce %}{% endfor %}",
        "{% macro x() %}{{ SITE }}{% endmacro %}{% once 1 %}{{ x() }}{% endonce %}",
        "{% once 1 %}{{ mine }}{% endonce %}",
    ],
)
def test_what_sees_more_than_it_names_belongs_to_its_page(template: str) -> None:
    assert not _rendered(template, mine=["c"]).fragments
    assert not fragments.rendered()


def test_a_fragment_of_the_last_build_is_not_rendered() -> None:
    remembered = _cache()
    fragments.keep({repr(("", "x:1", "a")): "kept"})
    read_tracking.forget()
    assert [remembered("x:1", (one,), lambda: "made") for one in "ab"] == ["kept", "made"]
    assert read_by_page().fragments == {repr(("", "x:1", "a"))}
