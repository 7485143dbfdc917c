"""Footnotes in Markdown, with accessible back links in the language in force."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension

from plugins.domain.language import _


class NamedFootnotes(Extension):
    """Names the way back for those who hear it; comes after the extension that makes footnotes."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Give the name to that extension."""
        for one in md.registeredExtensions:
            if isinstance(one, FootnoteExtension):
                one.setConfig("BACKLINK_TITLE", _("Torna alla nota %(number)s nel testo", number="{}"))


def makeExtension() -> NamedFootnotes:
    """The extension, as settings name it by its module."""
    return NamedFootnotes()
