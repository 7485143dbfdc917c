"""The sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pelican.generators import Generator
from pelican.writers import Writer

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Reached only from a form or a wrong address: of no use as an entrance.
UNLISTED = ("404", "grazie", "cerca")


@dataclass(frozen=True, order=True)
class Entry:
    """A page worth finding; `changed` only where the content itself says when."""

    address: str
    changed: date | None = None


def sitemap(site: str, entries: Iterable[Entry]) -> bytes:
    """The sitemap of these entries, in the order of their addresses; `site` has no slash at its end."""
    root = ElementTree.Element("urlset", xmlns=NAMESPACE)
    for entry in sorted(set(entries), key=lambda entry: entry.address):
        url = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(url, "loc").text = f"{site}/{entry.address}"
        if entry.changed is not None:
            ElementTree.SubElement(url, "lastmod").text = entry.changed.isoformat()
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def robots(site: str) -> str:
    """Everything may be read but what belongs to single visitors."""
    rules = ["User-agent: *", "Disallow: /api/", "Disallow: /appuntamenti/", "Disallow: /drafts/", "Allow: /"]
    return "\n".join([*rules, "", f"Sitemap: {site}/sitemap.xml", ""])


class CrawlersGenerator(Generator):  # type: ignore[misc]
    """Writes sitemap.xml and robots.txt once all pages are known."""

    def generate_output(self, _writer: Writer) -> None:
        """Write both files."""
        site, output = self.settings["SITEURL"], Path(self.output_path)
        output.mkdir(parents=True, exist_ok=True)
        (output / "sitemap.xml").write_bytes(sitemap(site, self._entries()))
        (output / "robots.txt").write_text(robots(site), encoding="utf-8")

    def _entries(self) -> Iterable[Entry]:
        yield Entry("blog/")
        for page in self.context["pages"]:
            if page.slug not in (*UNLISTED, "blog"):
                yield Entry(page.url, _changed(page))
        for post in self.context["articles"]:
            yield Entry(post.url, _changed(post) or post.date.date())
        catalogue = self.context["office"].catalogue
        for value in (*catalogue.areas, *catalogue.services):
            yield Entry(value.address)
        for group, _posts in (*self.context["categories"], *self.context["tags"]):
            yield Entry(group.url)


def _changed(content: Any) -> date | None:  # noqa: ANN401 - any of Pelican's contents
    modified = getattr(content, "modified", None)
    return modified.date() if modified else None
