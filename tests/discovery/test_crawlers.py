"""What search engines read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from plugins.discovery.crawlers import NAMESPACE, Entry, robots, sitemap
from tests.building import CONTENT, build

SITE = "https://esempio.test"


def test_the_sitemap_names_each_address_once_and_dates_only_what_has_a_date() -> None:
    document = sitemap(SITE, [Entry("b/"), Entry("a/", date(2027, 1, 2)), Entry("b/")])
    urls = [[child.text for child in url] for url in ElementTree.fromstring(document)]
    assert urls == [[f"{SITE}/a/", "2027-01-02"], [f"{SITE}/b/"]]


def test_robots_keep_out_of_what_belongs_to_single_visitors() -> None:
    lines = robots(SITE).splitlines()
    assert "Disallow: /appuntamenti/" in lines
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert build(CONTENT, folder, "publishconf.py").returncode == 0
    return folder


def test_every_address_of_the_sitemap_is_a_page(published: Path) -> None:
    tree = ElementTree.parse(published / "sitemap.xml").getroot()
    addresses = [url.findtext(f"{{{NAMESPACE}}}loc") or "" for url in tree]
    assert len(addresses) > 30
    for address in addresses:
        path = address.removeprefix("https://").partition("/")[2]
        assert (published / path / "index.html").exists(), address


def test_the_feed_has_the_posts_in_full(published: Path) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(published / "feed.xml").getroot()
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == len(list(CONTENT.glob("blog/*.md")))
    first = entries[-1].findtext(f"{atom}content") or ""
    assert "<h2" in first
    assert "{filename}" not in first
