"""Whoever looks for a word finds the pages that speak of it; whoever has no script finds everything by topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from plugins.content.office_reader import read_office
from plugins.finishing.search_index import FOLDER, bring_up_to_date
from tests.building import CONTENT


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def search(page: Page, words: str) -> list[str]:
    """The addresses found for some words, once the page says how many there are."""
    page.get_by_label("Parola da cercare").fill(words)
    expect(page.locator("[data-count]")).not_to_be_empty()
    links = page.locator("[data-found] a").all()
    return [urlsplit(link.get_attribute("href") or "").path for link in links]


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("words", "address"),
    [
        # The pages have «preventivi», «costi», «delegare», «priorità».
        ("preventivo", "/servizi/micro/preventivi-e-amministrazione/"),
        ("costo", "/servizi/macro/verifica-costi/"),
        ("deleghi", "/servizi/sfumature/cosa-delegare/"),
        ("priorita", "/blog/chi-e-un-assistente-virtuale/"),
    ],
)
def test_search_finds_pages_with_another_form_of_the_word(page: Page, words: str, address: str) -> None:
    page.goto("/cerca/")
    assert address in search(page, words)
    assert page.locator("[data-found] mark").count() > 0
    expect(page.locator("[data-all]")).to_be_hidden()


@pytest.mark.some_cases(4)
@pytest.mark.parametrize("apostrophe", ["’", "'"])
@pytest.mark.parametrize(
    ("elided", "word"),
    [
        *((f"{prefix}|agenda", "agenda") for prefix in ("l", "L", "dell", "all", "nell", "sull", "un", "quest")),
        *((f"{prefix}|archivio", "archivio") for prefix in ("l", "d", "dall", "quell")),
        ("un|attività", "attività"),
        ("d|accordo", "accordo"),
        ("un|assistente virtuale", "assistente virtuale"),
        ("mezz|ora", "ora"),
        ("po| di posta", "po di posta"),
    ],
)
def test_search_finds_the_same_with_an_elided_article(page: Page, elided: str, word: str, apostrophe: str) -> None:
    page.goto("/cerca/")
    expected = search(page, word)
    assert expected
    page.goto("/cerca/")
    assert search(page, elided.replace("|", apostrophe)) == expected


def test_elisions_are_shown_as_they_are_written(page: Page) -> None:
    page.goto("/cerca/")
    search(page, "agenda")
    shown = page.locator("[data-found]").inner_text()
    assert "\u2060" not in shown
    assert "un’agenda che respira" in shown


def test_search_results_exclude_lists_and_the_search_page_itself(page: Page) -> None:
    page.goto("/cerca/")
    found = search(page, "agenda")
    assert found
    assert [one for one in found if one.startswith(("/cerca/", "/blog/tag/", "/blog/categoria/", "/grazie/"))] == []


def test_search_index_is_fetched_on_first_use_only(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto("/cerca/", wait_until="networkidle")
    assert not [path for path in asked if "pagefind" in path]
    search(page, "agenda")
    assert [path for path in asked if path.startswith("/pagefind/")]


def test_search_can_be_shared_by_address_and_gone_back_to(page: Page) -> None:
    page.goto("/cerca/")
    first = search(page, "archivio")
    page.locator("[data-found] a").first.click()
    expect(page).not_to_have_url(re.compile("/cerca/"))
    page.go_back()
    expect(page.locator("[data-found] a").first).to_be_visible()
    assert page.get_by_label("Parola da cercare").input_value() == "archivio"
    assert [urlsplit(link.get_attribute("href") or "").path for link in page.locator("[data-found] a").all()] == first


def test_a_word_that_is_nowhere_leaves_everything_to_be_read(page: Page) -> None:
    page.goto("/cerca/")
    assert search(page, "xyzzy") == []
    expect(page.locator("[data-count]")).to_have_text("Niente per «xyzzy». Qui sotto c’è tutto, per argomento.")
    expect(page.locator("[data-all]")).to_be_visible()
    assert page.locator("[data-all] li:not([hidden])").count() == page.locator("[data-all] li").count()


def test_what_is_typed_is_shown_as_text(page: Page) -> None:
    page.goto("/cerca/?q=%3Cimg%3Exyzzy")
    expect(page.locator("[data-count]")).to_contain_text("<img>xyzzy")
    assert page.locator("main img").count() == 0


def test_search_filters_the_static_list_when_the_index_is_unavailable(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/pagefind/**", refuse)
    page.goto("/cerca/")
    page.get_by_label("Parola da cercare").fill("preventivi")
    expect(page.locator("[data-all] li:not([hidden])").first).to_contain_text("Preventivi")
    visible = page.locator("[data-all] li:not([hidden])").all_inner_texts()
    assert visible
    assert all("preventivi" in text.lower() for text in visible)


def test_search_page_without_scripts_lists_everything_and_hides_the_field(browser: Browser, site: str) -> None:
    page = browser.new_context(base_url=site, java_script_enabled=False).new_page()
    page.goto("/cerca/")
    expect(page.locator("[data-search]")).to_be_hidden()
    catalogue = read_office(CONTENT).catalogue
    # A heading keeps its short words with the next ones.
    headings = [said.replace("\u00a0", " ") for said in page.locator("main h3").all_inner_texts()]
    assert {area.title for area in catalogue.areas} <= set(headings)
    listed = {urlsplit(link.get_attribute("href") or "").path for link in page.locator("main .finds a").all()}
    assert {f"/{service.address}" for service in catalogue.services} <= listed
    assert len([path for path in listed if path.startswith("/blog/") and path != "/blog/"]) == len(
        list(Path(CONTENT).glob("blog/*.md"))
    )


def test_the_index_is_the_same_for_the_same_pages(output: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    for file in output.rglob("*.html"):
        (copy / file.relative_to(output)).parent.mkdir(parents=True, exist_ok=True)
        (copy / file.relative_to(output)).write_bytes(file.read_bytes())
    bring_up_to_date(copy, tmp_path / "cache")
    files = {
        file.relative_to(copy / FOLDER): file.read_bytes() for file in (copy / FOLDER).rglob("*") if file.is_file()
    }
    assert len(files) > 20
    assert files == {
        file.relative_to(output / FOLDER): file.read_bytes() for file in (output / FOLDER).rglob("*") if file.is_file()
    }
