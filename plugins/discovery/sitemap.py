"""Sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from plugins.content.fonts.typefaces import site_path

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, order=True)
class Entry:
    """A page worth finding; `changed` only where the content itself says when."""

    address: str
    changed: date | None = None
    # The languages it is there in and its addresses, its own among them.
    alternates: tuple[tuple[str, str], ...] = ()


def sitemap(site: str, entries: Iterable[Entry]) -> bytes:
    """The sitemap of these entries, in the order of their addresses; `site` has no slash at its end."""
    listed = sorted(set(entries), key=lambda entry: entry.address)
    xhtml = f' xmlns:xhtml="{_XHTML}"' if any(entry.alternates for entry in listed) else ""
    lines = ["<?xml version='1.0' encoding='utf-8'?>", f'<urlset xmlns="{NAMESPACE}"{xhtml}>']
    for entry in listed:
        lines.append(f"  <url>\n    <loc>{escape(f'{site}/{entry.address}', quote=False)}</loc>")
        if entry.changed is not None:
            lines.append(f"    <lastmod>{entry.changed.isoformat()}</lastmod>")
        for tag, address in entry.alternates:
            place = escape(f"{site}/{address}")
            lines.append(f'    <xhtml:link rel="alternate" hreflang="{tag}" href="{place}" />')
        lines.append("  </url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def robots(site: str, prefixes: Iterable[str] = ("",)) -> str:
    """Everything may be read but what belongs to single visitors.

    `prefixes` open the addresses of each language. Crawlers ask for it at the root of an address alone: below a path
    it waits for whoever puts it there.
    """
    path = site_path(site)
    closed = [f"Disallow: {path}/{one}{folder}/" for one in prefixes for folder in ("api", "appuntamenti")]
    closed.append(f"Disallow: {path}/drafts/")
    rules = ["User-agent: *", *closed, f"Allow: {path}/"]
    return "\n".join([*rules, "", f"Sitemap: {site}/sitemap.xml", ""])
