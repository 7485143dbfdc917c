"""Draft links: a page that is published leads to none that is not."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*([\"'])(?P<to>.*?)\1[^>]*>(?P<words>.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
# As `DRAFT_URL` and those of pages and services have it.
_DRAFTS = "/drafts/"


def without_draft_links(html: str, site: str) -> str:
    """A text whose links to drafts, and to posts that wait for their day, are left as words; `site` as links begin."""
    if f"{site}{_DRAFTS}" not in html:
        return html
    return _LINK.sub(lambda link: link["words"] if link["to"].startswith(f"{site}{_DRAFTS}") else link[0], html)


def body(content: Any) -> Markup:  # noqa: ANN401 - Pelican's content has no types
    """The text of a page as its template shows it; a draft may lead to others."""
    html = content.content
    return Markup(html if content.status == "draft" else without_draft_links(html, content.get_siteurl()))
