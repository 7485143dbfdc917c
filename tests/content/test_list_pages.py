"""Lists cut into pages from the oldest entry: a page keeps its entries, its number and its address."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican.paginator import PaginationRule

from plugins.content.list_pages import ListPage, are_newest_first, paginate, paginated

PATTERNS = [
    PaginationRule(1, "{url}", "{save_as}"),
    PaginationRule(2, "{base_name}/pagina/{number}/", "{base_name}/pagina/{number}/index.html"),
]


def _pages(count: int, per_page: int, rules: list[PaginationRule] = PATTERNS) -> tuple[ListPage, ...]:
    """The pages of a list of numbers, the newest being the highest."""
    newest_first = list(range(count, 0, -1))
    return paginate("blog/index.html", "blog/", newest_first, {"PAGINATION_PATTERNS": rules}, per_page).pages


@given(st.integers(0, 60), st.integers(1, 9))
def test_every_entry_is_on_one_page_in_order(count: int, per_page: int) -> None:
    pages = _pages(count, per_page)
    assert [entry for page in pages for entry in page.object_list] == list(range(count, 0, -1))
    assert all(len(page.object_list) == per_page for page in pages[1:])
    assert len(pages[0].object_list) < 2 * per_page
    assert len({page.save_as for page in pages}) == len(pages)


@given(st.integers(0, 60), st.integers(1, 9))
def test_a_new_entry_leaves_all_pages_but_the_first(count: int, per_page: int) -> None:
    before, now = _pages(count, per_page), _pages(count + 1, per_page)
    known = {page.save_as: page for page in now}
    for page in before[1:]:
        assert known[page.save_as].object_list == page.object_list
        assert known[page.save_as].older == page.older
    if len(before) == len(now):
        assert now[1:] == before[1:]


@given(st.integers(0, 60), st.integers(1, 9))
def test_pages_lead_to_those_beside_them(count: int, per_page: int) -> None:
    pages = _pages(count, per_page)
    assert not pages[0].has_previous()
    assert not pages[-1].has_next()
    assert (pages[0].number, pages[-1].from_oldest) == (1, 1)
    for newer, older in pairwise(pages):
        assert (newer.older, older.newer) == (older.url, newer.url)
        assert newer.from_oldest == older.from_oldest + 1
        assert newer.next_page_number() == older.number
        assert older.previous_page_number() == newer.number
        assert newer.has_next()
        assert older.has_previous()


@pytest.mark.parametrize("count", [0, 3])
def test_without_a_number_of_entries_there_is_one_page(count: int) -> None:
    (page,) = _pages(count, 0)
    assert len(page.object_list) == count
    assert page.url == "blog/"
    assert not page.has_other_pages()


def test_rules_are_applied_as_pelican_applies_them() -> None:
    rules = [
        PaginationRule(0, "/{url}", "{save_as}"),
        PaginationRule(3, "{name}-{number}{extension}", "{name}-{number}{extension}"),
        PaginationRule(-1, "{base_name}/inizio/", "{base_name}/inizio.html"),
    ]
    assert [page.url for page in _pages(10, 2, rules)] == [
        "blog/",
        "blog/",
        "blog/index-3.html",
        "blog/index-2.html",
        "blog/inizio/",
    ]
    assert _pages(1, 2, rules[1:2])[0].save_as == ""


def test_templates_get_the_names_of_pelican_s_writer() -> None:
    lists = {"articles": [3, 2, 1], "dates": [1, 2, 3]}
    files = dict(paginated("blog/index.html", None, lists, {"PAGINATION_PATTERNS": PATTERNS}, 1))
    second = files["blog/pagina/2/index.html"]
    assert second["articles_page"].object_list == second["dates_page"].object_list == [2]
    assert second["articles_previous_page"].object_list == [3]
    assert second["dates_next_page"].object_list == [3]
    paginator = second["articles_paginator"]
    assert (paginator.num_pages, paginator.count, paginator.per_page, paginator.page_range) == (3, 3, 1, [1, 2, 3])
    assert [paginator.page(number) for number in paginator.page_range] == list(paginator.pages)


@pytest.mark.parametrize(
    ("order", "archives", "lists", "newest_first"),
    [
        ("reversed-date", True, ("articles", "dates"), True),
        ("reversed-date", False, ("articles",), True),
        ("reversed-date", False, ("articles", "dates"), False),
        ("date", True, ("articles",), False),
        ("title", True, ("articles",), False),
    ],
)
def test_only_lists_with_the_newest_first_are_cut_so(
    order: str, archives: bool, lists: tuple[str, ...], newest_first: bool
) -> None:
    settings = {"ARTICLE_ORDER_BY": order, "NEWEST_FIRST_ARCHIVES": archives}
    assert are_newest_first(settings, lists) is newest_first
