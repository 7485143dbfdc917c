"""What search engines read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from plugins.content.front_matter import Post
from plugins.content.site import read_site
from plugins.discovery.sitemap import NAMESPACE, Entry, robots, sitemap
from tests.building import CONTENT

SITE = "https://esempio.test"


def test_sitemap_lists_each_address_once_with_only_known_dates() -> None:
    document = sitemap(SITE, [Entry("b/"), Entry("a/", date(2027, 1, 2)), Entry("b/")])
    urls = [[child.text for child in url] for url in ElementTree.fromstring(document)]
    assert urls == [[f"{SITE}/a/", "2027-01-02"], [f"{SITE}/b/"]]


def test_robots_keep_out_of_what_belongs_to_single_visitors() -> None:
    lines = robots(SITE).splitlines()
    assert "Disallow: /appuntamenti/" in lines
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


def dates(published: Path) -> dict[str, str | None]:
    tree = ElementTree.parse(published / "sitemap.xml").getroot()
    told = [(url.findtext(f"{{{NAMESPACE}}}loc"), url.findtext(f"{{{NAMESPACE}}}lastmod")) for url in tree]
    return {(address or "").removeprefix("https://").partition("/")[2]: changed for address, changed in told}


def test_every_address_of_the_sitemap_is_a_page(published: Path) -> None:
    addresses = dates(published)
    assert len(addresses) > 30
    assert [address for address in addresses if not (published / address / "index.html").exists()] == []


def test_sitemap_dates_posts_by_last_change_and_lists_by_newest(published: Path) -> None:
    told = dates(published)
    posts = [source.value for source in read_site(CONTENT).sources.values() if isinstance(source.value, Post)]
    changed = {post: max(post.date, post.modified or post.date) for post in posts}
    for post, day in changed.items():
        assert told[f"blog/{post.slug}/"] == day.isoformat()
    assert told["blog/"] == max(changed.values()).isoformat()
    of_category = [day for post, day in changed.items() if post.category == "Mestiere"]
    assert told["blog/categoria/mestiere/"] == max(of_category).isoformat()
