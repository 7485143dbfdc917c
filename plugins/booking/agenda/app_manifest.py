"""Web app manifest of the agenda, by which a phone installs it as an app of its own (W3C).

It holds no secret: browsers ask for a manifest without cookies.
"""

from __future__ import annotations

import json

from starlette.responses import Response

from plugins.booking.web.rendering import THEME
from plugins.content.colours.tokens import colours_of
from plugins.content.office import Office
from plugins.domain.language import _, spoken

_SIZES = (192, 512)  # of the icons that each build of the site draws
_HEADERS = {"Cache-Control": "public, max-age=3600", "X-Robots-Tag": "noindex"}


def manifest(office: Office, pages: str) -> Response:
    """The manifest; `pages` is where the addresses of the site's pages begin, and so those of its icons."""
    colours = colours_of(THEME)
    said = {
        # Read from the manifest's own place, below whatever path that is.
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "name": _("%(brand)s: agenda", brand=office.identity.brand),
        "short_name": _("Agenda"),
        "lang": spoken().tag,
        "display": "standalone",
        # The pages themselves name the colour of the dark scheme, which a manifest cannot.
        "background_color": colours["bg"],
        "theme_color": colours["surface"],
        "icons": [
            {"src": f"{pages}/icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in _SIZES
            for purpose in ("any", "maskable")
        ],
        "shortcuts": [
            {"name": _("Oggi"), "url": "giorno/"},
            {"name": _("Messaggi"), "url": "messaggi/"},
            {"name": _("Prenota tu"), "url": "nuovo/"},
        ],
    }
    body = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    return Response(body, media_type="application/manifest+json", headers=_HEADERS)
