"""Public holidays of a country or one of its regions, with their names (python-holidays)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from plugins.domain.language import _, spoken
from plugins.domain.special_days import Holidays

if TYPE_CHECKING:
    from plugins.content.base.yaml_locations import Location


@dataclass(frozen=True)
class PublicHolidays(Mapping[date, str]):
    """Names of holidays by their days, which are many to read: only whoever asks for a day reads them."""

    country: str
    region: str | None = None

    def __contains__(self, day: object) -> bool:
        """Whether a day is one of them."""
        return day in self._read()

    def __getitem__(self, day: date) -> str:
        """The name of a day in the language in force; empty where the library has none in it."""
        name = str(self._read()[day])
        return name if self._language() else ""

    def __iter__(self) -> Iterator[date]:
        """The days read so far."""
        return iter(self._read())

    def __len__(self) -> int:
        """How many were read so far."""
        return len(self._read())

    def _read(self) -> Mapping[date, str]:
        return _read(self.country, self.region, self._language())

    def _language(self) -> str | None:
        """The library's language that is in force, perhaps as another country writes it."""
        locale = spoken().locale
        same = [one for one in _entity(self.country).supported_languages if one.split("_")[0] == locale.split("_")[0]]
        return locale if locale in same else same[0] if same else None


@cache
def _read(country: str, region: str | None, language: str | None) -> Mapping[date, str]:
    # The same at each reading of the content.
    import holidays

    days: Mapping[date, str] = holidays.country_holidays(country, subdiv=region, language=language)
    return days


def _entity(country: str) -> Any:  # noqa: ANN401 - a class of the library, made on the way
    import holidays
    from holidays.registry import EntityLoader

    found = getattr(holidays, country, None)
    # A name it has; the days of the country are read with those of all others, which takes long.
    return found if isinstance(found, EntityLoader) else None


def public_holidays(wanted: Holidays) -> PublicHolidays | tuple[Location, str] | None:
    """The holidays of the country and region that are named; where and what is wrong with them; None where none is."""
    country, region = wanted.country, wanted.region
    if country is None:
        return None if region is None else (("region",), _("Manca il paese della regione. Esempio: country: DE"))
    entity = _entity(country)
    if entity is None:
        what = _(
            "Del paese «%(country)s» non si conoscono le feste. "
            "Scrivi il suo codice di due lettere. Esempio: country: IT",
            country=country,
        )
        return ("country",), what
    if region is None:
        return PublicHolidays(country)
    codes: Mapping[str, list[str]] = entity.get_subdivision_aliases()
    written = {name.casefold(): code for code, names in codes.items() for name in (*names, code)}
    if region.casefold() in written:
        return PublicHolidays(country, written[region.casefold()])
    return ("region",), _unknown_region(country, region, codes)


def _unknown_region(country: str, region: str, codes: Mapping[str, list[str]]) -> str:
    from difflib import get_close_matches  # which whoever makes no such mistake does without

    if not codes:
        return _("Di %(country)s non si conoscono feste regionali. Togli region.", country=country)
    names = {name.casefold(): name for code, more in codes.items() for name in (code, *more)}
    near = [_("Forse «%(key)s»?", key=names[one]) for one in get_close_matches(region.casefold(), names, 1)]
    # Of several names of a region the longest is the one that people know.
    listed = ", ".join(f"{code} ({max(more, key=len)})" if more else code for code, more in sorted(codes.items()))
    unknown = _("La regione «%(region)s» di %(country)s non si conosce.", region=region, country=country)
    return " ".join([unknown, *near, _("Scegli fra %(names)s.", names=listed)])
