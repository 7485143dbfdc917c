"""Page pieces: the filter of tied words, which knows how a piece of a page stands in it."""

from __future__ import annotations

from plugins.content.markup.tied_words import is_in_heading, is_tied_alone, with_tied_words


class TiedWords:
    """Tied words of pages."""

    def __call__(self, html: str) -> str:
        """The page with its words tied."""
        return with_tied_words(html)

    def piece(self, html: str) -> tuple[str, object] | None:
        """A piece as it stands in a page; None where it may be a part of a heading."""
        return (with_tied_words(html), None) if is_tied_alone(html) else None

    def stands_alone(self, page: str, at: int) -> bool:
        """Whether a piece that begins there in a page is no part of a heading, as of one that is never closed."""
        return not is_in_heading(page, at)
