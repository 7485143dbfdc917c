"""The feeds hold to RFC 4287, and their readers get the posts in full."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from plugins.discovery.feeds import Entry, Feed, atom
from tests.building import CONTENT

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
# Section 4.1: each element's children with how often they may occur, at least and at most.
FEED = {
    **{name: (1, 1) for name in ("id", "title", "updated")},
    **{name: (0, 1) for name in ("generator", "icon", "logo", "rights", "subtitle")},
    **{name: (0, 99) for name in ("author", "category", "contributor", "entry", "link")},
}
ENTRY = {
    **{name: (1, 1) for name in ("id", "title", "updated")},
    **{name: (0, 1) for name in ("content", "published", "rights", "source", "summary")},
    **{name: (0, 99) for name in ("author", "category", "contributor", "link")},
}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def children(node: Element, allowed: dict[str, tuple[int, int]]) -> None:
    for child in node:
        assert child.tag.startswith(ATOM), child.tag
        assert child.tag.removeprefix(ATOM) in allowed, child.tag
    for name, (least, most) in allowed.items():
        assert least <= len(node.findall(ATOM + name)) <= most, name


def absolute(iri: str | None) -> None:
    parts = urlsplit(iri or "")
    assert parts.scheme in {"http", "https", "tag"}, iri
    assert parts.netloc or parts.scheme == "tag", iri


def common(node: Element) -> None:
    """What feed and entry share: sections 4.2.3, 4.2.6, 4.2.7, 4.2.14, 4.2.15 and 3.1."""
    absolute(node.findtext(f"{ATOM}id"))
    for name in ("updated", "published"):
        for construct in node.findall(ATOM + name):
            assert RFC_3339.fullmatch(construct.text or ""), construct.text
            assert datetime.fromisoformat(construct.text or "").tzinfo
    alternates = set()
    for link in node.findall(f"{ATOM}link"):
        assert set(link.attrib) <= {"href", "rel", "type", "hreflang", "title", "length"}
        absolute(link.get("href"))
        assert not list(link)
        if link.get("rel", "alternate") == "alternate":
            key = (link.get("type"), link.get("hreflang"))
            assert key not in alternates
            alternates.add(key)
    for name in ("title", "subtitle", "summary", "rights"):
        for text in node.findall(ATOM + name):
            assert text.get("type", "text") in {"text", "html"}
            assert not list(text)
            assert text.text
            assert text.get("type") == "html" or "<" not in text.text
    for person in node.findall(f"{ATOM}author"):
        children(person, {"name": (1, 1), "uri": (0, 1), "email": (0, 1)})
        assert person.findtext(f"{ATOM}name")
        absolute(person.findtext(f"{ATOM}uri") or "https://none.test")
    for category in node.findall(f"{ATOM}category"):
        assert category.get("term")


def validate(document: bytes) -> Element:
    """Fail at what RFC 4287 forbids, and return the feed."""
    feed = ElementTree.fromstring(document)
    assert feed.tag == f"{ATOM}feed"
    children(feed, FEED)
    common(feed)
    # Recommended, for a reader to know what it has subscribed to.
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        children(entry, ENTRY)
        common(entry)
        assert feed.find(f"{ATOM}author") is not None or entry.find(f"{ATOM}author") is not None
        content = entry.find(f"{ATOM}content")
        has_alternate = any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link"))
        assert content is not None or has_alternate
        if content is not None:
            assert content.get("type") == "html"
            assert not list(content)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return feed


def feeds(published: Path) -> dict[str, Element]:
    files = [published / "feed.xml", *sorted(published.glob("blog/categoria/*/feed.xml"))]
    return {file.relative_to(published).as_posix(): validate(file.read_bytes()) for file in files}


def test_every_feed_is_what_rfc_4287_asks_for(published: Path) -> None:
    found = feeds(published)
    assert len(found) == 5
    assert len({feed.findtext(f"{ATOM}id") for feed in found.values()}) == 5
    for address, feed in found.items():
        own = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own == [f"https://stessamaglia.example/{address}"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<id>", "<uid>"),
        ("+01:00</updated>", "</updated>"),
        ('href="https://', 'href="'),
        ("<title>", '<title type="xhtml">'),
        ("<name>", "<nome>"),
    ],
)
def test_the_check_of_a_feed_sees_what_is_wrong(published: Path, right: str, wrong: str) -> None:
    document = (published / "feed.xml").read_text(encoding="utf-8")
    assert right in document
    closed = document.replace(right, wrong).replace(right.replace("<", "</"), wrong.split(" ")[0].replace("<", "</"))
    with pytest.raises((AssertionError, ElementTree.ParseError)):
        validate(closed.encode())


def test_main_feed_has_all_full_posts_and_categories_their_own(published: Path) -> None:
    found = feeds(published)
    entries = found["feed.xml"].findall(f"{ATOM}entry")
    assert len(entries) == len(list(CONTENT.glob("blog/*.md")))
    first = entries[-1].findtext(f"{ATOM}content") or ""
    assert "<h2" in first
    assert "{filename}" not in first
    of_categories = [feed.findall(f"{ATOM}entry") for address, feed in found.items() if address != "feed.xml"]
    assert sum(map(len, of_categories)) == len(entries)


class _Targets(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_whatever_a_post_links_is_found_from_a_feed_reader(published: Path) -> None:
    for entry in feeds(published)["feed.xml"].findall(f"{ATOM}entry"):
        targets = _Targets(entry.findtext(f"{ATOM}content") or "").found
        # A fragment is looked up in the post itself, whose address is the entry's base.
        assert all(target.startswith(("https://", "mailto:", "tel:", "#")) for target in targets), targets
        assert entry.get(BASE) == entry.find(f"{ATOM}link[@rel='alternate']").get("href")  # type: ignore[union-attr]


def test_feed_updated_date_is_its_newest_change_not_the_build(published: Path) -> None:
    feed = feeds(published)["feed.xml"]
    changes = [entry.findtext(f"{ATOM}updated") or "" for entry in feed.findall(f"{ATOM}entry")]
    assert feed.findtext(f"{ATOM}updated") == max(changes)


def test_what_xml_cannot_hold_does_not_break_a_feed() -> None:
    at = datetime.fromisoformat("2027-01-02T00:00:00+01:00")
    entry = Entry("blog/a/", "A\x0bB & <C>", "S\x00", "<p>\ufffe&amp;</p>", "Prove", at, at)
    document = atom("https://esempio.test", Feed("feed.xml", "blog/", "Prove", "Un blog", "Ada", (entry,)))
    read = ElementTree.fromstring(document).find(f"{ATOM}entry")
    assert read is not None
    assert read.findtext(f"{ATOM}title") == "AB & <C>"
    assert read.findtext(f"{ATOM}content") == "<p>&amp;</p>"
