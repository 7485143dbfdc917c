"""Live commit: which commit a hosted site shows, by the file that its workflow puts beside the pages."""

from __future__ import annotations

import re
import time
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from plugins.publishing.checks.public_settings import SITE, addresses

FILE = "published-commit.txt"
_SECONDS = 10
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def live_commit(settings: Path) -> str | None:
    """The commit that the site of some settings says it shows; None where it says none, or does not answer."""
    site = next((one.address for one in addresses(settings) if one.name == SITE and one.host), None)
    if site is None or not site.startswith(("https://", "http://")):
        return None
    # Past whatever keeps pages for a while in between.
    asked = Request(f"{site}/{FILE}?{time.time_ns()}", headers={"Cache-Control": "no-cache"})
    try:
        with urlopen(asked, timeout=_SECONDS) as answer:
            said = answer.read(100).decode("ascii", "replace").strip()
    except (OSError, HTTPException, ValueError):
        return None
    return said if _COMMIT.fullmatch(said) else None
