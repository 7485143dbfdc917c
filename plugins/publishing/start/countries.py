"""Countries: their codes, names and time zones, and which law of personal data holds there."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from plugins.content.public_holidays import PublicHolidays, public_holidays
from plugins.domain.language import _, spoken
from plugins.domain.special_days import Holidays

# The European Economic Area, where the General Data Protection Regulation holds.
_EEA = "AT BE BG HR CY CZ DK EE ES FI FR DE GR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
_OTHER_LAWS = {"GB": "uk", "CH": "swiss"}
# Of a country with more than these, nobody can guess which one is meant.
_FEW = 3


def country_code(raw: str) -> str:
    """The code (ISO 3166) of a country by that code or by its name; ValueError where it is none."""
    from babel import Locale

    wanted = raw.strip().casefold()
    for locale in dict.fromkeys((spoken().locale, "en", "it")):
        for code, name in Locale.parse(locale.replace("-", "_")).territories.items():
            if code.isalpha() and len(code) == 2 and wanted in (code.casefold(), str(name).casefold()) and zones(code):
                return str(code)
    raise ValueError(_("questo paese non si conosce. Scrivi il suo nome o il codice di due lettere. Esempio: IT"))


@cache
def _zones() -> dict[str, list[str]]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _place, zone, *_rest = line.split("\t")
            found.setdefault(code, []).append(zone)
    return found


def zones(code: str) -> list[str]:
    """The time zones of a country (IANA), the main one first where there are few."""
    return _zones().get(code, [])


def main_zone(code: str) -> str | None:
    """The time zone of most people in a country; None where there are many."""
    return zones(code)[0] if 0 < len(zones(code)) <= _FEW else None


def data_law(code: str) -> str:
    """Which law of personal data holds in a country: `gdpr`, `uk`, `swiss`, or `other`."""
    return "gdpr" if code in _EEA else _OTHER_LAWS.get(code, "other")


def has_holidays(code: str) -> bool:
    """Whether the public holidays of a country are known."""
    return isinstance(public_holidays(Holidays(country=code)), PublicHolidays)


def templates(language: str) -> Path:
    """The folder of the templates in a language."""
    return Path(__file__).parent / "templates" / language
