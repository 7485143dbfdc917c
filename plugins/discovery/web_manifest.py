"""Web app manifest: the file that names the site and its icons to a phone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from plugins.content.office import Office
from plugins.discovery.site_icons import DRAWN, SIZES
from plugins.domain.language import spoken

_LONGEST_SHORT_NAME = 15


def manifest(office: Office, colours: Mapping[str, str]) -> str:
    """The manifest's JSON."""
    identity, own = office.identity, office.pictures.favicon
    address, kind = (own.address, own.kind) if own else (DRAWN, "image/svg+xml")
    # Read from the manifest's own place: icons are the same in all languages.
    root = "../" * office.prefix.count("/")
    size = f"{own.width}x{own.height}" if own and own.kind == "image/png" else "any"
    icons = [
        {"src": f"{root}icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in SIZES
    ]
    said = {
        "name": identity.brand,
        **_short_name(identity.brand),
        "description": identity.claim,
        "lang": spoken().tag,
        # Read from the manifest's own place, below whatever path that is.
        "start_url": "./",
        "scope": "./",
        "display": "browser",
        "background_color": colours["bg"],
        "theme_color": colours["surface"],
        "icons": [{"src": f"{root}{address}", "sizes": size, "type": kind}, *icons],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _short_name(brand: str) -> dict[str, str]:
    """The words of a name that fit below an icon; none where not even the first does, for a launcher cuts it better."""
    words = brand.split()
    fitting = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    short = [one for one in fitting if len(one) <= _LONGEST_SHORT_NAME]
    return {"short_name": short[-1]} if short else {}
