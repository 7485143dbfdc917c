"""Template filters and stylesheet, the same on site and endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from plugins.content.fonts.typefaces import addressed
from plugins.content.language_names import further_language_name
from plugins.content.templates.formats import clock, clock_name, day_year, duration, long_day, own_clock, price
from plugins.content.templates.person_facts import person_facts
from plugins.domain.language import _
from plugins.domain.stays import Whereabouts

# Of an address Windows hands on some two thousand characters: this leaves room for recipient and subject.
_MOST, _LEAST = 1700, 20


def jinja_filters(zone: ZoneInfo, currency: str = "EUR") -> dict[str, Callable[..., object]]:
    """The filters of every template; instants are read on the owner's clock, prices are in her currency."""
    return {
        "day_long": lambda day: long_day(day.astimezone(zone) if isinstance(day, datetime) and day.tzinfo else day),
        "day_year": day_year,
        "clock": lambda instant: clock(instant, zone),
        "clock_name": lambda _instant: clock_name(zone),
        "own_clock": lambda instant, own: own_clock(instant, zone, own),
        "zone_name": clock_name,
        "duration": duration,
        "iso_day": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
        "price": lambda value: price(value, currency),
        "mail_body": mail_body,
        "person_facts": person_facts,
        "language_name": further_language_name,
    }


def owners_filters(where: Whereabouts) -> dict[str, Callable[..., object]]:
    """The filters of clocks where she lives elsewhere for a while: pages for her, `owners_clock`, go by hers there."""

    def zone(context: Context, told: object) -> ZoneInfo:
        if not context.get("owners_clock"):
            return where.home
        return where.zone_at(told) if isinstance(told, datetime) else where.home

    def day_named(context: Context, day: date) -> str:
        return long_day(day.astimezone(zone(context, day)) if isinstance(day, datetime) and day.tzinfo else day)

    return {
        "day_long": pass_context(day_named),
        "clock": pass_context(lambda context, instant: clock(instant, zone(context, instant))),
        "clock_name": pass_context(lambda context, told: clock_name(zone(context, told))),
    }


def mail_body(lines: Iterable[str], most: int = _MOST) -> str:
    """What a mail says, as part of an address short enough for every system; the longest lines give way."""
    lines = list(lines)
    said = quote("\n".join(one if len(one) <= most else one[:most] + _("… (il resto è sulla pagina)") for one in lines))
    return said if len(said) <= _MOST or most <= _LEAST else mail_body(lines, most - _LEAST)


_CSS = re.compile(
    r"""(?P<kept>"[^"]*"|'[^']*'|url\([^)]*\))|/\*.*?\*/|\s*(?P<mark>[{};,])\s*|(?P<space>\s+)""", re.DOTALL
)


def stylesheet(theme: Path, path: str = "") -> str:
    """Every style of the theme in one text, in the order of the files' names, without comments and spare spaces.

    `path` is that of the site's address, where it is not at the root of one.
    """
    static = theme / "static"
    files = sorted((static / "css").rglob("*.css"))
    texts = (addressed(file.read_text(encoding="utf-8"), file.relative_to(static), path) for file in files)
    text = "".join(texts)
    return _CSS.sub(lambda found: found["kept"] or found["mark"] or (" " if found["space"] else ""), text).strip()
