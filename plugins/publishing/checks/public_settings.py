"""Public settings: the addresses in `publishconf.py`, read with their lines and written, without running it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from plugins.domain.language import _

SETTINGS = "publishconf.py"
SITE, ENDPOINT = "SITEURL", "BOOKING_URL"
_LINE = r"^((?:{names})\s*(?::\s*str\s*)?=\s*)([\"'])(.*?)\2"


class Address(NamedTuple):
    """An address that the settings name, its host, and the line it stands on."""

    name: str
    address: str
    host: str
    line: int


def addresses(settings: Path) -> Iterator[Address]:
    """The addresses of site and endpoint that are written as texts."""
    if not settings.is_file():
        return
    text = settings.read_text(encoding="utf-8")
    for found in re.finditer(_LINE.format(names=f"{SITE}|{ENDPOINT}"), text, re.MULTILINE):
        host = urlsplit(found[3]).hostname or ""
        yield Address(re.split(r"\W", found[1])[0], found[3], host, text.count("\n", 0, found.start()) + 1)


def with_addresses(text: str, values: Mapping[str, str]) -> str:
    """Settings with other addresses for some names; ValueError where one of them is not there once."""
    for name, value in values.items():
        found = list(re.finditer(_LINE.format(names=name), text, re.MULTILINE))
        if len(found) != 1:
            raise ValueError(_("«%(name)s» non si trova nelle impostazioni: rimetti la riga.", name=name))
        # As Python reads it: what is quoted ends nowhere but at its end.
        text = f"{text[: found[0].end(1)]}{json.dumps(value, ensure_ascii=False)}{text[found[0].end() :]}"
    return text
