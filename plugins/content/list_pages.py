"""Pagination from the oldest: a list cut into pages that keep their entries when a new one comes.

The first page has the newest entries, as many as two pages have at most; the others have numbers and addresses that
count from the oldest one. A new post changes the first page, and not all of them.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class _Rule(Protocol):
    min_page: int
    URL: str
    SAVE_AS: str


@dataclass(frozen=True)
class ListPage:
    """Page of a list, with what templates ask Pelican's for; `newer` and `older` are the addresses of those beside it.

    `number` counts from the newest page, as Pelican does, and `from_oldest` from the oldest one: that stays.
    """

    object_list: Sequence[Any]
    number: int
    from_oldest: int
    url: str
    save_as: str
    newer: str | None
    older: str | None

    def has_previous(self) -> bool:
        """Whether a newer page is before it."""
        return self.newer is not None

    def has_next(self) -> bool:
        """Whether an older page comes after it."""
        return self.older is not None

    def has_other_pages(self) -> bool:
        """Whether the list has any other page."""
        return self.has_previous() or self.has_next()

    def previous_page_number(self) -> int:
        """The number of the newer page."""
        return self.number - 1

    def next_page_number(self) -> int:
        """The number of the older page."""
        return self.number + 1


@dataclass(frozen=True)
class ListPaginator:
    """All pages of a list, the newest first; what is made of it is another whenever the list is."""

    object_list: Sequence[Any]
    pages: tuple[ListPage, ...]
    per_page: int

    @property
    def count(self) -> int:
        """The number of entries."""
        return len(self.object_list)

    @property
    def num_pages(self) -> int:
        """The number of pages; an empty list has one."""
        return len(self.pages)

    @property
    def page_range(self) -> list[int]:
        """The numbers of all pages, the newest being 1."""
        return list(range(1, self.num_pages + 1))

    def page(self, number: int) -> ListPage:
        """The page of a number, as Pelican counts them."""
        return self.pages[number - 1]


def are_newest_first(settings: Mapping[str, Any], lists: Container[str]) -> bool:
    """Whether new entries of these lists come first; others Pelican cuts from their beginning, and pages stay too."""
    is_dated = settings["ARTICLE_ORDER_BY"] == "reversed-date"
    return is_dated and ("dates" not in lists or bool(settings["NEWEST_FIRST_ARCHIVES"]))


def paginate(name: str, url: str, listed: Sequence[Any], settings: Mapping[str, Any], per_page: int) -> ListPaginator:
    """Cut a list into pages, with addresses by `PAGINATION_PATTERNS`; `name` and `url` are those of the first.

    Without a number of entries for each page (0, None or False, as Pelican has it) there is one page.
    """
    per_page = per_page or len(listed) or 1
    last = max(1, len(listed) // per_page)
    places = list(_places(name, url, settings["PAGINATION_PATTERNS"], last))
    first = len(listed) - (last - 1) * per_page
    pages = []
    for turn, (address, file) in enumerate(places):
        begin = first + (turn - 1) * per_page if turn else 0
        here = listed[begin : first + turn * per_page]
        newer = places[turn - 1][0] if turn else None
        older = places[turn + 1][0] if turn + 1 < last else None
        pages.append(ListPage(here, turn + 1, last - turn, address, file, newer, older))
    return ListPaginator(listed, tuple(pages), per_page)


def paginated(
    name: str, url: str | None, lists: Mapping[str, Sequence[Any]], settings: Mapping[str, Any], per_page: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The file of each page of some lists of one length, and the names that Pelican's writer tells its template."""
    paginators = {key: paginate(name, url or "", listed, settings, per_page) for key, listed in lists.items()}
    for turn, page in enumerate(next(reversed(paginators.values())).pages):
        here: dict[str, Any] = {}
        for key, paginator in paginators.items():
            previous, this, following = (None, *paginator.pages, None)[turn : turn + 3]
            here |= {f"{key}_paginator": paginator, f"{key}_page": this}
            here |= {f"{key}_previous_page": previous, f"{key}_next_page": following}
        yield page.save_as, here


def _places(name: str, url: str, rules: Sequence[_Rule], last: int) -> Iterator[tuple[str, str]]:
    """Address and file of each page, the first one first, by the rules as Pelican applies them.

    In these `number` counts from the oldest page, so that all but the first keep their addresses.
    """
    stem, extension = os.path.splitext(name)
    folder, file = os.path.split(name)
    base = folder if file in ("index.htm", "index.html") else stem
    said = {"save_as": name, "url": url, "name": stem, "base_name": base, "extension": extension}
    for turn in range(1, last + 1):
        fitting = [rule for rule in rules if rule.min_page != -1 and rule.min_page <= turn]
        rule = next((one for one in rules if one.min_page == -1 and turn == last), fitting[-1] if fitting else None)
        if rule is None:
            yield "", ""
            continue
        number = last - turn + 1
        address, path = (each.format(number=number, **said).removeprefix("/") for each in (rule.URL, rule.SAVE_AS))
        yield address, path
