"""Office: all shared content (identity, catalogue, availability, pages) as one frozen value.

Apart from its reader, for an edit of texts needs the value alone and the reader imports much.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugins.content.front_matter import Page
from plugins.domain.availability import Availability
from plugins.domain.catalogue import Catalogue
from plugins.domain.identity import Identity


@dataclass(frozen=True)
class Office:
    """Office: the content that is read before any page is made."""

    identity: Identity
    catalogue: Catalogue
    availability: Availability
    pages: tuple[Page, ...]

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Label and address of the main menu's entries, in order."""
        listed = sorted((page.menu, page.title, page) for page in self.pages if page.menu is not None)
        return tuple((page.menu_label or page.title, page.address) for _, _, page in listed)
