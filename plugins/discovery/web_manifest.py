"""Web app manifest: the file that names the site and its icons to a phone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from plugins.content.office import Office
from plugins.discovery.site_icons import DRAWN, SIZES
from plugins.domain.language import spoken


def manifest(office: Office, colours: Mapping[str, str]) -> str:
    """The manifest's JSON."""
    identity, own = office.identity, office.pictures.favicon
    address, kind = (own.address, own.kind) if own else (DRAWN, "image/svg+xml")
    size = f"{own.width}x{own.height}" if own and own.kind == "image/png" else "any"
    icons = [
        {"src": f"icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in SIZES
    ]
    said = {
        "name": identity.brand,
        "short_name": identity.brand,
        "description": identity.claim,
        "lang": spoken().tag,
        # Read from the manifest's own place, below whatever path that is.
        "start_url": "./",
        "scope": "./",
        "display": "browser",
        "background_color": colours["bg"],
        "theme_color": colours["surface"],
        "icons": [{"src": address, "sizes": size, "type": kind}, *icons],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
