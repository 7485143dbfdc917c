"""Sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from plugins.content.fonts.typefaces import site_path

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, order=True)
class Entry:
    """A page worth finding; `changed` only where the content itself says when."""

    address: str
    changed: date | None = None


def sitemap(site: str, entries: Iterable[Entry]) -> bytes:
    """The sitemap of these entries, in the order of their addresses; `site` has no slash at its end."""
    lines = ["<?xml version='1.0' encoding='utf-8'?>", f'<urlset xmlns="{NAMESPACE}">']
    for entry in sorted(set(entries), key=lambda entry: entry.address):
        changed = f"\n    <lastmod>{entry.changed.isoformat()}</lastmod>" if entry.changed is not None else ""
        lines.append(f"  <url>\n    <loc>{escape(f'{site}/{entry.address}', quote=False)}</loc>{changed}\n  </url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def robots(site: str) -> str:
    """Everything may be read but what belongs to single visitors.

    Crawlers ask for it at the root of an address alone: below a path it waits for whoever puts it there.
    """
    path = site_path(site)
    closed = [f"Disallow: {path}/{folder}/" for folder in ("api", "appuntamenti", "drafts")]
    rules = ["User-agent: *", *closed, f"Allow: {path}/"]
    return "\n".join([*rules, "", f"Sitemap: {site}/sitemap.xml", ""])
