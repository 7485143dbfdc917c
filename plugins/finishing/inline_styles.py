"""Inline styles: puts into each page the CSS rules that it can use."""

from __future__ import annotations

from pathlib import Path

from plugins.content.templates.security_policy import inlined, scripts_of
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.used_css import cut, mentioned, read_names, read_values


class PageStyles:
    """Inline styles: puts in the place of the whole stylesheet of a page what the page can use of it."""

    def __init__(self, theme: Path, path: str = "") -> None:
        self._css = stylesheet(theme, path)
        self._whole = f"<style>{self._css}</style>"
        self._done: dict[frozenset[str], str] = {}
        self._mentioned = mentioned(self._css)
        self._scripts = inlined(theme)

    def __call__(self, html: str) -> str:
        """The page with its own styles; one that has not the whole stylesheet stays as it is."""
        # The first style is the theme's nearly always, and so long a text takes long to look for.
        at = html.find("<style>")
        if not html.startswith(self._whole, at):
            at = html.find(self._whole)
        if at < 0:
            return html
        head, rest = html[:at], html[at + len(self._whole) :]
        # The styles themselves name nothing, and are the longest part of a short page.
        names = read_names(head + rest, scripts_of(rest, self._scripts)) & self._mentioned | read_values(rest)
        if names not in self._done:
            self._done[names] = f"<style>{cut(self._css, names)}</style>"
        return head + self._done[names] + rest
