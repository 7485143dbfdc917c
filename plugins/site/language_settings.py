"""Language settings: Pelican's settings of a run that makes the pages of a further language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pelican.paginator import PaginationRule

from plugins.content.markup.slugs import slug_of
from plugins.content.site import LISTS, Site
from plugins.domain.language import _, spoken

# Parts of the settings' addresses that are words.
_WORDS = frozenset({*LISTS, "servizi"})
# Of files that are the same in every language, or addresses of no page of the site.
_SHARED = ("STATIC_", "FEED_", "BOOKING_", "THEME_")
_ADDRESSES = ("_URL", "_SAVE_AS")


def language_settings(own: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """The settings for the site in a further language, which is the one in force, out of the site's own."""
    has_blog = site.office.has("blog")
    blog = site.office.address_of("blog") if has_blog else f"{site.office.prefix}blog/"
    places = _Places(site.office.prefix, str(own.get("INDEX_URL", "")), blog)
    addresses = {
        name: places.of(value)
        for name, value in own.items()
        if name.endswith(_ADDRESSES) and not name.startswith(_SHARED) and isinstance(value, str) and value
    }
    return {
        **own,
        **addresses,
        "SITE": site,
        "SPOKEN": spoken(),
        "DEFAULT_LANG": spoken().tag,
        "SITENAME": site.office.identity.brand,
        "AUTHOR": site.office.identity.name,
        "DIRECT_TEMPLATES": own["LISTS_OF_POSTS"] if has_blog else [],
        "PAGINATION_PATTERNS": [
            PaginationRule(rule.min_page, _translated(rule.URL), _translated(rule.SAVE_AS))
            for rule in own["PAGINATION_PATTERNS"]
        ],
    }


class _Places:
    """Where the addresses of settings lead in a language: below its prefix, lists of posts below their page."""

    def __init__(self, prefix: str, own_blog: str, blog: str) -> None:
        self._prefix, self._own_blog, self._blog = prefix, own_blog, blog

    def of(self, address: str) -> str:
        if self._own_blog.endswith("/") and address.startswith(self._own_blog):
            return self._blog + _translated(address.removeprefix(self._own_blog))
        return self._prefix + _translated(address)


def _translated(address: str) -> str:
    return "/".join(slug_of(_(part)) if part in _WORDS else part for part in address.split("/"))
