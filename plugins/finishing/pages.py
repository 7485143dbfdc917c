"""What is done to each page before it is written: of the theme's one stylesheet it keeps the rules that it can use."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from plugins.content.interface import stylesheet
from plugins.finishing.styles import cut, mentioned, read_names


class PageStyles:
    """Puts in the place of the whole stylesheet of a page what the page can use of it."""

    def __init__(self, theme: Path) -> None:
        self._css = stylesheet(theme)
        self._static = theme / "static"
        self._whole = f"<style>{self._css}</style>"
        self._done: dict[frozenset[str], str] = {}
        self._scripts: dict[str, str] = {}

    def __call__(self, html: str) -> str:
        """The page with its own styles; one that has not the whole stylesheet stays as it is."""
        head, whole, rest = html.partition(self._whole)
        if not whole:
            return html
        # The styles themselves name nothing, and are the longest part of a short page.
        named = read_names(head + rest)
        asked = mentioned(self._css)
        names = named.with_scripts(self._script(address) for address in named.scripts) & asked
        if names not in self._done:
            self._done[names] = f"<style>{cut(self._css, names)}</style>"
        return head + self._done[names] + rest

    def _script(self, address: str) -> str:
        """The text of one of the site's own scripts; its address may have the site's in front."""
        if address not in self._scripts:
            file = self._static / urlsplit(address).path.rpartition("/theme/")[2]
            self._scripts[address] = file.read_text(encoding="utf-8") if file.is_file() else ""
        return self._scripts[address]
