"""A checker of `hreflang`, which knows nothing of the product: it reads pages and sitemap as a crawler would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

# ISO 639-1, perhaps with a script and a region, or the page for everybody else.
_CODE = re.compile(r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?|x-default")
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@dataclass
class Crawled:
    """What the head of a page says."""

    canonical: str | None = None
    language: str = ""
    is_indexed: bool = True
    alternates: list[tuple[str, str]] = field(default_factory=list)


class _Head(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.read = Crawled()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.read.language = said.get("lang", "")
        elif tag == "meta" and said.get("name") == "robots":
            self.read.is_indexed = "noindex" not in said.get("content", "")
        elif tag == "link" and said.get("rel") == "canonical":
            self.read.canonical = said["href"]
        elif tag == "link" and said.get("rel") == "alternate" and "hreflang" in said:
            self.read.alternates.append((said["hreflang"], said["href"]))


def crawl(output: Path, site: str) -> dict[str, Crawled]:
    """What each page of a built site says, by the address where it is found."""
    pages = {}
    for file in output.rglob("*.html"):
        place = file.relative_to(output).as_posix().removesuffix("index.html")
        pages[f"{site}/{place}"] = _Head(file.read_text(encoding="utf-8")).read
    return pages


def faults(pages: dict[str, Crawled]) -> Iterator[str]:
    """All that is wrong with the alternates of pages."""
    for address, page in pages.items():
        codes = [code for code, _ in page.alternates]
        if not codes:
            continue
        yield from (f"{address}: {code} is no code" for code in codes if not _CODE.fullmatch(code))
        if len(set(codes)) != len(codes):
            yield f"{address}: a language twice"
        if "x-default" not in codes:
            yield f"{address}: no x-default"
        if page.canonical != address:
            yield f"{address}: alternates on a page that is not canonical"
        if address not in [target for code, target in page.alternates if code != "x-default"]:
            yield f"{address}: does not name itself"
        for code, target in page.alternates:
            there = pages.get(target)
            if not urlsplit(target).scheme:
                yield f"{address}: {target} is not absolute"
            elif there is None:
                yield f"{address}: {target} is not there"
            elif there.canonical != target or not there.is_indexed:
                yield f"{address}: {target} is not canonical"
            elif sorted(there.alternates) != sorted(page.alternates):
                yield f"{address}: {target} does not say the same"
            elif code != "x-default" and there.language.partition("-")[0] != code.partition("-")[0]:
                yield f"{address}: {target} is in {there.language}"


def sitemap_faults(sitemap: Path, pages: dict[str, Crawled]) -> Iterator[str]:
    """Where a sitemap and the pages do not say the same, and where it lists a page in one language alone."""
    listed = set()
    for url in ElementTree.parse(sitemap).getroot():
        address = url.findtext(f"{_SITEMAP}loc") or ""
        listed.add(address)
        told = [(one.attrib["hreflang"], one.attrib["href"]) for one in url.findall(f"{_XHTML}link")]
        if address not in pages:
            yield f"{address} is not there"
        elif sorted(told) != sorted(pages[address].alternates):
            yield f"{address}: {told} and {pages[address].alternates}"
    for address, page in pages.items():
        group = {target for _, target in page.alternates}
        if group & listed and not group <= listed:
            yield f"{address}: {group - listed} are not listed"
