"""Rooted links: those of a text that begin at the site's root, on a site that is below a path of its address."""

from __future__ import annotations

import re

from plugins.content.fonts.typefaces import site_path

_TAG = re.compile(r"<[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ROOTED = re.compile(r"(\s(?:href|src|poster|action|formaction)\s*=\s*[\"']?)/(?!/)", re.IGNORECASE)


def with_rooted_links(html: str, site: str) -> str:
    """A text whose links from the root lead below the site's path; `site` is its address."""
    if not site_path(site) or "/" not in html:
        return html
    return _TAG.sub(lambda tag: _ROOTED.sub(lambda begun: f"{begun[1]}{site}/", tag[0]), html)
