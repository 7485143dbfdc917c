"""Content Security Policy of each page, as a meta tag.

Hosts that send no headers of ours keep to it too.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from plugins.content.templates.security_policy import (
    BETWEEN_ORIGINS,
    HEADERS,
    Uses,
    framed,
    inlined,
    origin,
    page_policy,
    scripts_of,
    uses_of,
)

_CHARSET = '<meta charset="utf-8">'
_NAMED = '<meta http-equiv="Content-Security-Policy"'
# Named by their content, these never change.
_IMMUTABLE = ("/cards/*", "/images/r/*", "/pagefind/fragment/*", "/pagefind/index/*")


class PagePolicies:
    """Page policies (CSP): puts a page's at its head; `endpoint` is where forms are sent that do not stay on the site.

    `forms` are the addresses that forms of the texts may be sent to.

    Of the scripts that are inlined those of the theme may run, and none that a text brings along.
    """

    def __init__(self, theme: Path, endpoint: str, forms: Collection[str] = ()) -> None:
        self._scripts = inlined(theme)
        self._endpoint, self.forms = endpoint, forms
        self._said: dict[tuple[str | None, tuple[str, ...], Uses], str] = {}

    def __call__(self, html: str) -> str:
        """The page with its policy; one that has a policy of its own keeps it."""
        # The first style is the theme's: what a text brings along does not show.
        begun = html.find("<style>", max(html.find(_CHARSET), 0))
        ended = html.find("</style>", begun) if begun >= 0 else -1
        scripts, uses = tuple(scripts_of(html, self._scripts)), uses_of(html, self.forms)
        if ended < 0:
            return self.put(html, None, "", scripts, uses)
        style = html[begun + len("<style>") : ended]
        return self.put(html[:begun], style, html[ended + len("</style>") :], scripts, uses)

    def put(self, head: str, style: str | None, rest: str, scripts: tuple[str, ...], uses: Uses) -> str:
        """A page of its parts before and after its style, with its policy."""
        styled = "" if style is None else f"<style>{style}</style>"
        before, charset, head = head.partition(_CHARSET)
        if not charset or _NAMED in head or _NAMED in rest:
            return f"{before}{charset}{head}{styled}{rest}"
        said = style, scripts, uses
        if said not in self._said:
            self._said[said] = page_policy([] if style is None else [style], scripts, self._endpoint, uses)
        return f'{before}{charset}\n{_NAMED} content="{self._said[said]}">{head}{styled}{rest}'


def headers_file(site: str = "", endpoint: str = "") -> str:
    """The `_headers` file of hosted pages: what a page cannot say of itself, and what may be kept for ever.

    `site` is the address of the pages, `endpoint` the one that forms are sent to, where they do not stay on the site.
    Of two rules for one address such hosts send both, so that no rule can allow what another forbids.
    """
    elsewhere = bool(endpoint) and origin(endpoint) != origin(site)
    everywhere = (BETWEEN_ORIGINS if elsewhere else HEADERS) | {
        "Content-Security-Policy": framed("base-uri 'none'; object-src 'none'")
    }
    # An endpoint at another address sets its pages in the same type (CSS Fonts 4, 4.8).
    rules = {"/*": everywhere, "/theme/fonts/*": {"Access-Control-Allow-Origin": "*"}} | {
        path: {"Cache-Control": "public, max-age=31536000, immutable"} for path in _IMMUTABLE
    }
    lines = (
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in told.items()) for path, told in rules.items()
    )
    return "".join(lines)
