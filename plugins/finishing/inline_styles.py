"""Inline styles: puts into each page the CSS rules that it can use, and then its policy."""

from __future__ import annotations

from pathlib import Path

from plugins.content.templates.security_policy import NOTHING, inlined, scripts_of, uses_of
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.used_css import cut, mentioned, read_names, read_values
from plugins.finishing.csp import PagePolicies
from plugins.finishing.tag_names import TagNames

# What stands for the stylesheet in a page that is not written before it is filtered: a page is a fifth as long.
MARK = "/*stylesheet*/"
_MARKED = f"<style>{MARK}</style>"
# A piece with one of these tells where styles and policy of its page stand.
_OF_PAGES = (MARK, "<style", "<meta http-equiv", "<meta charset", "<main", "<body")


class PageStyles:
    """Inline styles: puts in the place of a page's mark, or whole stylesheet, what the page can use of it.

    `policies` name the styles that a page is left with.
    """

    def __init__(self, theme: Path, policies: PagePolicies, path: str = "") -> None:
        self._css = stylesheet(theme, path)
        self._whole = f"<style>{self._css}</style>"
        self._done: dict[tuple[int | frozenset[str], tuple[str, ...], frozenset[str]], str] = {}
        self._mentioned = mentioned(self._css)
        self._tags = TagNames(self._mentioned)
        self._scripts, self._policies = inlined(theme), policies

    def __call__(self, html: str) -> str:
        """The page with its own styles; one that has them in no element of their own keeps all of them."""
        # The first style is the theme's nearly always, and so long a text takes long to look for.
        first = at = html.find("<style>")
        theirs = next((one for one in (_MARKED, self._whole) if html.startswith(one, at)), None)
        if theirs is None:
            theirs = _MARKED if _MARKED in html else self._whole
            at = html.find(theirs)
        if at < 0:
            return self._policies(html.replace(MARK, self._css))
        head, rest = html[:at], html[at + len(theirs) :]
        # The styles themselves name nothing, and are the longest part of a short page.
        bare = head + rest
        scripts, values, bits = tuple(scripts_of(bare, self._scripts)), read_values(rest), self._tags.of(bare)
        key = bits if bits is not None else read_names(bare) & self._mentioned, scripts, values
        style = self._done.get(key)
        if style is None:
            names = read_names(bare, scripts) & self._mentioned | values
            style = self._done[key] = cut(self._css, names)
        if at > first:
            return self._policies(f"{head}<style>{style}</style>{rest}")
        uses = uses_of(bare, self._policies.forms) if bits is None or bits & 1 or self._policies.forms else NOTHING
        return self._policies.put(head, style, rest, scripts, uses)

    def piece(self, html: str) -> tuple[str, object] | None:
        """A piece as it stands in a page, and what it asks for of styles and policy; None where that is not plain."""
        if self._tags.of(html) is None or any(one in html for one in _OF_PAGES) or _is_in_tag(html, len(html)):
            return None
        names, scripts = read_names(html) & self._mentioned, tuple(scripts_of(html, self._scripts))
        return html, (names, scripts, read_values(html), uses_of(html, self._policies.forms))

    def stands_alone(self, page: str, at: int) -> bool:
        """Whether a piece that begins there in a page has tags of its own: no quote before it is left open."""
        return not _is_in_tag(page, at) and self._tags.of(page) is not None


def _is_in_tag(html: str, at: int) -> bool:
    return html.rfind("<", 0, at) > html.rfind(">", 0, at)
