"""Atom feeds (RFC 4287): the posts in full, all of them and each category's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from plugins.domain.language import spoken

NAMESPACE = "http://www.w3.org/2005/Atom"
# Of a feed without entries, which has to say when it changed.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """A post of a feed: its address without the site, its instants aware, its content HTML."""

    address: str
    title: str
    summary: str
    content: str
    category: str
    published: datetime
    updated: datetime


@dataclass(frozen=True)
class Feed:
    """A feed: its own address and that of the page that lists the same posts, both without the site."""

    address: str
    page: str
    title: str
    subtitle: str
    author: str
    entries: tuple[Entry, ...]
    # The author's, without the site.
    home: str = ""


def atom(site: str, feed: Feed) -> bytes:
    """The document of a feed; `site` has no slash at its end."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": spoken().tag})
    _add(root, "id", f"{site}/{feed.address}")
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", max((entry.updated for entry in feed.entries), default=_NEVER).isoformat())
    author = ElementTree.SubElement(root, "author")
    _add(author, "name", feed.author)
    _add(author, "uri", f"{site}/{feed.home}")
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{site}/{feed.address}")
    _add(root, "link", rel="alternate", type="text/html", href=f"{site}/{feed.page}")
    for entry in feed.entries:
        root.append(_entry(site, entry))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(site: str, entry: Entry) -> Element:
    address = f"{site}/{entry.address}"
    # Links of the text that begin with / or # are read from the post's own address.
    node = Element("entry", {"xml:base": address})
    _add(node, "id", f"tag:{urlsplit(site).hostname},{entry.published:%Y-%m-%d}:/{entry.address}")
    _add(node, "title", entry.title)
    _add(node, "link", rel="alternate", type="text/html", href=address)
    _add(node, "published", entry.published.isoformat())
    _add(node, "updated", entry.updated.isoformat())
    _add(node, "category", term=entry.category)
    _add(node, "summary", entry.summary)
    _add(node, "content", entry.content, type="html")
    return node


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = None if text is None else _NOT_XML.sub("", text)
