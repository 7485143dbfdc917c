"""The head of each page says what the page says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.discovery.reading import SITE, Reading, pages


@pytest.fixture(scope="module")
def found(published: Path) -> dict[str, Reading]:
    """The pages that are an entrance to the site."""
    read = pages(published)
    return {address: page for address, page in read.items() if page.metas.get("robots") != "noindex"}


def test_every_page_has_a_unique_title_and_description(found: dict[str, Reading]) -> None:
    assert len(found) > 40
    titles = Counter(page.title for page in found.values())
    descriptions = Counter(page.metas.get("description", "") for page in found.values())
    assert {title: times for title, times in titles.items() if times > 1} == {}
    assert {words: times for words, times in descriptions.items() if times > 1 or not words} == {}


def test_each_page_names_its_one_address(found: dict[str, Reading]) -> None:
    for address, page in found.items():
        canonical = [link["href"] for link in page.links if link.get("rel") == "canonical"]
        assert canonical == [SITE + address]
        assert page.metas["og:url"] == SITE + address


def test_who_shares_a_page_shares_its_title_and_description(found: dict[str, Reading]) -> None:
    for page in found.values():
        assert page.title.startswith(page.metas["og:title"])
        assert page.metas["og:description"] == page.metas["description"]
        assert page.metas["og:site_name"] in page.text


def test_what_belongs_to_nobody_is_not_found(published: Path) -> None:
    read = pages(published)
    for address in ("/404.html", "/grazie/"):
        assert read[address].metas["robots"] == "noindex"
        assert "og:url" not in read[address].metas
