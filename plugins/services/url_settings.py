"""URL settings of area and service pages, named as Pelican names its own."""

from __future__ import annotations

ADDRESSES = {
    "AREA_URL": "servizi/{slug}/",
    "AREA_SAVE_AS": "servizi/{slug}/index.html",
    "SERVICE_URL": "servizi/{area}/{slug}/",
    "SERVICE_SAVE_AS": "servizi/{area}/{slug}/index.html",
    "DRAFT_SERVICE_URL": "drafts/servizi/{area}/{slug}/",
    "DRAFT_SERVICE_SAVE_AS": "drafts/servizi/{area}/{slug}/index.html",
}
