"""The sample in two languages: every page, looked at as crawlers, readers and visitors do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.building import OWN_CONTENT, build, edit
from tests.discovery.reading import Reading
from tests.site.hreflang import Crawled, crawl, faults, sitemap_faults

SITE = "https://stessamaglia.example"
LEFT_OUT = "cosa-delegare-per-primo"
# Words that no English text has, and every Italian one.
ITALIAN = re.compile(
    r"\b(?:che|della|delle|degli|gli|perché|più|questo|questa|sono|anche|dal|nel|un’|è)\b", re.IGNORECASE
)

pytestmark = pytest.mark.sample_content


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    content = Path(shutil.copytree(OWN_CONTENT, folder / "content"))
    # One text that is not there in English.
    (content / "blog" / f"{LEFT_OUT}.en.md").unlink()
    edit(content / "blog" / "passare-le-consegne.en.md", "\nslug:", "\naliases: [/en/old-handover/]\nslug:")
    done = build(content, folder / "output", "publishconf.py", "-e", f'CACHE_PATH="{folder / "cache"}"')
    assert done.returncode == 0, done.stderr
    return folder / "output"


@pytest.fixture(scope="module")
def pages(output: Path) -> dict[str, Crawled]:
    return crawl(output, SITE)


def test_alternates_are_what_crawlers_ask_for(pages: dict[str, Crawled]) -> None:
    assert list(faults(pages)) == []
    assert len([page for page in pages.values() if page.alternates]) > 70


def test_sitemap_says_of_alternates_what_pages_say(output: Path, pages: dict[str, Crawled]) -> None:
    assert list(sitemap_faults(output / "sitemap.xml", pages)) == []


def test_pages_that_say_the_same_name_each_other(pages: dict[str, Crawled]) -> None:
    assert pages[f"{SITE}/en/book/"].alternates == [
        ("it", f"{SITE}/prenota/"),
        ("x-default", f"{SITE}/prenota/"),
        ("en", f"{SITE}/en/book/"),
    ]
    assert (
        pages[f"{SITE}/en/blog/category/delegating/"].alternates == pages[f"{SITE}/blog/categoria/delegare/"].alternates
    )


def test_what_is_not_translated_is_not_there(output: Path, pages: dict[str, Crawled]) -> None:
    assert pages[f"{SITE}/blog/{LEFT_OUT}/"].alternates == []
    page = (output / "blog" / LEFT_OUT / "index.html").read_text(encoding="utf-8")
    assert 'lang="en-GB" hreflang="en">English (the home page: this one is not there in English)</a>' in page
    assert f"/{LEFT_OUT}/" not in (output / "en" / "blog" / "index.html").read_text(encoding="utf-8")


def test_links_to_originals_say_their_language(output: Path) -> None:
    linking = [
        page
        for page in (output / "en").rglob("*.html")
        if f'/blog/{LEFT_OUT}/" hreflang="it"' in page.read_text("utf-8")
    ]
    assert linking


def test_no_italian_word_is_read_on_english_pages(output: Path) -> None:
    found = {}
    for file in (output / "en").rglob("*.html"):
        text = re.sub(r"<(\w+)[^>]*\slang=\"it\"[^>]*>.*?</\1>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
        if words := ITALIAN.findall(text):
            found[file.relative_to(output).as_posix()] = words
    assert found == {}


def test_links_of_english_pages_lead_to_what_is_there(output: Path) -> None:
    dead = set()
    for file in (output / "en").rglob("*.html"):
        for link in Reading(file).targets:
            place = link.removeprefix(SITE).partition("#")[0].partition("?")[0]
            if place.startswith("/en/appuntamenti/") or not place.startswith("/"):
                continue
            target = output / place.lstrip("/")
            if not (target / "index.html" if place.endswith("/") else target).is_file():
                dead.add((file.relative_to(output).as_posix(), link))
    assert dead == set()


def test_english_pages_ask_the_endpoint_in_english(output: Path) -> None:
    html = (output / "en" / "book" / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:action|data-health|data-soonest)="([^"?]+)', html)) == {
        "/en/appuntamenti/orari",
        "/en/api/slots",
    } | set(re.findall(r'data-health="([^"]+)', html))
    assert 'action="/en/messaggi/"' in (output / "en" / "contact" / "index.html").read_text(encoding="utf-8")


def test_feeds_are_each_in_their_language(output: Path) -> None:
    own, further = (ElementTree.parse(output / name).getroot() for name in ("feed.xml", "en/feed.xml"))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (own.get(lang), further.get(lang)) == ("it", "en-GB")
    entries = "{http://www.w3.org/2005/Atom}entry"
    assert len(further.findall(entries)) == len(own.findall(entries)) - 1
    assert (output / "en/blog/category/delegating/feed.xml").is_file()


def test_structured_data_is_in_the_language(output: Path) -> None:
    graph = Reading(output / "en" / "index.html").graph
    site = next(node for node in graph if node["@type"] == "WebSite")
    assert (site["url"], site["inLanguage"]) == (f"{SITE}/en/", "en-GB")
    assert {node["@id"] for node in graph} >= {f"{SITE}/#persona", f"{SITE}/#attivita", f"{SITE}/en/#sito"}


def test_share_cards_are_drawn_in_the_language(output: Path) -> None:
    own, further = (Reading(output / name / "index.html").metas for name in ("chi-sono", "en/about"))
    assert own["og:image"] != further["og:image"]
    assert (output / further["og:image"].removeprefix(f"{SITE}/")).is_file()
    assert (further["og:locale"], further["og:locale:alternate"]) == ("en_GB", "it_IT")


def test_each_language_has_its_search_404_and_guide(output: Path) -> None:
    assert (output / "en" / "404.html").is_file()
    assert "## Articles" in (output / "en" / "llms.txt").read_text(encoding="utf-8")
    index = (output / "pagefind" / "pagefind-entry.json").read_text(encoding="utf-8")
    assert '"it"' in index
    assert '"en-gb"' in index
    assert (output / "en" / "manifest.webmanifest").is_file()


def test_old_addresses_of_translations_lead_on(output: Path) -> None:
    assert f"/en/old-handover/ {SITE}/en/blog/one-page-handover/ 301" in (output / "_redirects").read_text(
        encoding="utf-8"
    )
    assert "It is here now" in (output / "en" / "old-handover" / "index.html").read_text(encoding="utf-8")


def test_robots_keep_out_of_the_endpoint_in_each_language(output: Path) -> None:
    said = (output / "robots.txt").read_text(encoding="utf-8")
    assert "Disallow: /en/appuntamenti/\n" in said
