"""Draft links: a page that is published leads to none that is not."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, pass_environment
from markupsafe import Markup

from plugins.content.markup.rooted_links import with_rooted_links

# What stands in a tag; a quoted value may hold the sign that ends tags.
_ATTRIBUTES = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_TAG = re.compile(rf"<[a-z]{_ATTRIBUTES}>", re.IGNORECASE)
_LINK = re.compile(rf"<a(?P<tag>\s{_ATTRIBUTES})>(?P<words>.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
# As `DRAFT_URL` and those of pages and services have it.
_DRAFTS = "/drafts/"


def without_draft_links(html: str, site: str) -> str:
    """A text whose links to drafts, and to posts that wait for their day, are left as words; `site` as links begin.

    What else names one (an area of a map, a form, where a quotation is from) names nothing then.
    """
    if f"{site}{_DRAFTS}" not in html:
        return html
    leading = re.compile(rf"\s[\w-]+\s*=\s*([\"'])\s*{re.escape(site + _DRAFTS)}.*?\1", re.DOTALL)
    html = _LINK.sub(lambda link: link["words"] if leading.search(link["tag"]) else link[0], html)
    return _TAG.sub(lambda tag: leading.sub("", tag[0]), html)


@pass_environment
def body(environment: Environment, content: Any) -> Markup:  # noqa: ANN401 - Pelican's content has no types
    """The text of a page as its template shows it; a draft may lead to others."""
    site = content.get_siteurl()
    html = with_rooted_links(content.content, site)
    html = html if content.status == "draft" else without_draft_links(html, site)
    # Of the templates' functions, where the plugin of images is there.
    drawn: Any = environment.globals.get("drawn")
    return Markup(drawn(html, getattr(content, "image", None)) if drawn else html)
