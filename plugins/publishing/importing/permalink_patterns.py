"""Permalink patterns: the old address of a post by what its site says of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from plugins.content.markup.slugs import slug_of

JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}


def colon_address(pattern: str, day: date | None, words: Mapping[str, str]) -> str:
    """An address by a pattern of Jekyll's or Hugo's: `/:year/:month/:title/`."""
    values = dict(words)
    if day is not None:
        values |= {
            "year": f"{day.year:04}",
            "short_year": f"{day.year % 100:02}",
            "month": f"{day.month:02}",
            "i_month": str(day.month),
            "short_month": day.strftime("%b"),
            "monthname": day.strftime("%B"),
            "day": f"{day.day:02}",
            "i_day": str(day.day),
            "y_day": f"{day.timetuple().tm_yday:03}",
            "yearday": str(day.timetuple().tm_yday),
            "week": f"{day.isocalendar().week:02}",
            "short_day": day.strftime("%a"),
        }
    made = re.sub(r":([a-z_]+[a-z])", lambda found: values.get(found[1], ""), pattern)
    return re.sub(r"/{2,}", "/", f"/{made}")


def brace_address(pattern: str, day: date | None, words: Mapping[str, str]) -> str:
    """An address by a pattern of Pelican's: `{date:%Y}/{slug}.html`."""

    def put(found: re.Match[str]) -> str:
        if found["name"] == "date":
            return day.strftime(found["form"] or "%Y-%m-%d") if day is not None else ""
        return words.get(found["name"], "")

    made = re.sub(r"\{(?P<name>\w+)(?::(?P<form>[^{}]*))?\}", put, pattern)
    return re.sub(r"/{2,}", "/", f"/{made}")


def slugs(labels: list[str]) -> str:
    """Labels as the folders of an address."""
    return "/".join(slug_of(one) for one in labels)
