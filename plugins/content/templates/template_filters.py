"""Template filters, stylesheet and colours, the same on site and endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.content.templates.formats import clock, clock_name, day_year, long_day, own_clock, price


def jinja_filters(zone: ZoneInfo, currency: str = "EUR") -> dict[str, Callable[..., str]]:
    """The filters of every template; instants are read on the owner's clock, prices are in her currency."""
    return {
        "day_long": lambda day: long_day(day.astimezone(zone) if isinstance(day, datetime) and day.tzinfo else day),
        "day_year": day_year,
        "clock": lambda instant: clock(instant, zone),
        "clock_name": lambda _instant: clock_name(zone),
        "own_clock": lambda instant, own: own_clock(instant, zone, own),
        "zone_name": clock_name,
        "iso_day": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
        "price": lambda value: price(value, currency),
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
