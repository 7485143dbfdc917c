"""What site and endpoint show alike: the stylesheet, its colours, and the filters of the templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.domain.catalogue import Price
from plugins.domain.italian import MONTHS, clock, clock_name, long_day

_ITALIAN = str.maketrans(",.", ".,")


def euros(amount: Decimal) -> str:
    """`1.200`, with two decimals only where there are cents."""
    written = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return written.translate(_ITALIAN)


def price(value: Price) -> str:
    """`da 28 € l’ora`, the amount never parted from its sign."""
    return f"da {euros(value.amount)}\N{NO-BREAK SPACE}€ {value.unit}"


def day_year(day: date) -> str:
    """`4 marzo 2027`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def own_clock(instant: datetime, zone: ZoneInfo, own: ZoneInfo) -> str:
    """`22:30` on another clock, with the day where it differs too; nothing where both clocks read the same."""
    there, here = instant.astimezone(zone), instant.astimezone(own)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return ""
    return clock(instant, own) if there.date() == here.date() else f"{long_day(here)}, {clock(instant, own)}"


def jinja_filters(zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    """The filters of every template; instants are read on the owner's clock."""
    return {
        "day_long": lambda day: long_day(day.astimezone(zone) if isinstance(day, datetime) and day.tzinfo else day),
        "day_year": day_year,
        "clock": lambda instant: clock(instant, zone),
        "clock_name": lambda _instant: clock_name(zone),
        "own_clock": lambda instant, own: own_clock(instant, zone, own),
        "zone_name": clock_name,
        "iso_day": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
        "euros": euros,
        "price": price,
    }


_CSS = re.compile(
    r"""(?P<kept>"[^"]*"|'[^']*'|url\([^)]*\))|/\*.*?\*/|\s*(?P<mark>[{};,])\s*|(?P<space>\s+)""", re.DOTALL
)


def stylesheet(theme: Path) -> str:
    """Every style of the theme in one text, in the order of the files' names, without comments and spare spaces."""
    files = sorted((theme / "static" / "css").rglob("*.css"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    return _CSS.sub(lambda found: found["kept"] or found["mark"] or (" " if found["space"] else ""), text).strip()


_COLOUR = re.compile(r"--([a-z-]+): (#[0-9A-Fa-f]{6});")


def palette(theme: Path) -> dict[str, str]:
    """The colours of the theme's tokens on light paper, by name, as `#RRGGBB`."""
    return dict(_COLOUR.findall((theme / "static" / "css" / "tokens" / "colours.css").read_text(encoding="utf-8")))
