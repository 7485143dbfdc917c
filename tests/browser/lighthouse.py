"""Lighthouse, asked about a page as a phone on its simulated slow line sees it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from plugins.content.office_reader import read_office
from tests.building import CONTENT

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
# On a busy machine a browser may be slower to start than Lighthouse waits for.
TRIES = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Kept out of search engines on purpose, which is the one thing Lighthouse holds against such a page.
UNLISTED = "is-crawlable"


@dataclass(frozen=True)
class Audit:
    """What Lighthouse says of one visit: scores from 0 to 100, the largest paint in seconds, and what costs points."""

    scores: dict[str, int]
    largest_paint: float
    faults: tuple[str, ...]


def page_types(site: str) -> dict[str, str]:
    """A page of each type, by name, with its address on a site whose endpoint answers."""
    office = read_office(CONTENT)
    area, service = office.catalogue.areas[0], office.catalogue.services[0]
    slots = httpx.get(f"{site}/api/slots", params={"meeting": service.meeting}).json()["slots"]
    about = f"meeting={service.meeting}&service={service.slug}"
    return {
        "home": "/",
        "services": "/servizi/",
        "area": f"/{area.address}",
        "service": f"/{service.address}",
        "how I work": "/come-lavoro/",
        "about": "/chi-sono/",
        "blog": "/blog/",
        "article": "/blog/chi-e-un-assistente-virtuale/",
        "category": "/blog/categoria/mestiere/",
        "archive": "/blog/archivio/",
        "search": "/cerca/",
        "contact": "/contatti/",
        "booking": "/prenota/",
        "privacy": "/privacy/",
        "thanks": "/grazie/",
        "booking, day and time": f"/appuntamenti/orari?{about}",
        "booking, details": f"/appuntamenti/dettagli?{about}&start={quote(slots[0]['start'])}",
    }


def audit(url: str) -> Audit:
    """Visit a page once, with Lighthouse's own settings for a phone."""
    told = _told(url)
    audits, categories = told["audits"], told["categories"]
    unlisted = audits[UNLISTED]["score"] == 0
    scores = {name: round(100 * categories[name]["score"]) for name in CATEGORIES}
    weighty = [(one["id"], one["weight"]) for name in CATEGORIES[1:] for one in categories[name]["auditRefs"]]
    faults = [name for name, weight in weighty if weight and audits[name]["score"] not in {None, 1}]
    if unlisted and faults == [UNLISTED]:
        scores["seo"], faults = 100, []
    return Audit(scores, audits["largest-contentful-paint"]["numericValue"] / 1000, tuple(faults))


def _told(url: str) -> dict[str, Any]:
    command = ["node", str(PROGRAM), url, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    for _ in range(TRIES):
        done = subprocess.run(
            command, env=environment | {"CHROME_PATH": "/usr/bin/chromium"}, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
    raise RuntimeError(f"Lighthouse cannot visit {url}:\n{done.stderr}")
