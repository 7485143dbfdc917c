"""Office: all shared content (identity, catalogue, availability, pages) as one frozen value.

Apart from its reader, for an edit of texts needs the value alone and the reader imports much.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import cache

from plugins.content.front_matter import Page
from plugins.content.pictures.brand_pictures import NO_PICTURES, Brand
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
    pictures: Brand = NO_PICTURES

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Label and address of the main menu's entries, in order."""
        listed = sorted((page.menu, page.title, page) for page in self.pages if page.menu is not None)
        return tuple((page.menu_label or page.title, page.address) for _, _, page in listed)


@dataclass(frozen=True)
class National:
    """National holidays, which are many to read: only whoever asks for a day reads them."""

    country: str

    def __contains__(self, day: object) -> bool:
        """Whether a day is one of them."""
        return day in _national(self.country)


@cache
def _national(country: str) -> Container[date]:
    # The same at each reading of the content.
    import holidays

    return holidays.country_holidays(country)
