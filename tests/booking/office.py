"""A small office written for a test: few hours, few rules, so that each test can say the ones it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)  # a Monday, nine in the morning in Rome
FREE = "2027-01-12T10:00:00+01:00"

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

TALK: dict[str, Any] = {
    "slug": "conoscitiva",
    "title": "Chiacchierata conoscitiva",
    "minutes": 30,
    "step": 30,
    "where": "video",
    "questions": [{"key": "attivita", "label": "Di cosa ti occupi?", "required": False}],
}
CALL: dict[str, Any] = {
    "slug": "telefonata",
    "title": "Telefonata",
    "minutes": 20,
    "step": 30,
    "where": "phone",
    "confirmation": "manual",
}

_IDENTITY = {
    "name": "Bice Campione",
    "brand": "Stessa Maglia",
    "claim": "Assistente virtuale",
    "email": "bice@example.org",
    "phone": "+39 02 0123 4567",
    "vat_number": "12345678903",
    "address": "Via del Quaderno 2, Milano",
    "legal": "Professione esercitata ai sensi della Legge 14 gennaio 2013, n. 4.",
}


# Those the site itself leads to.
_PAGES = ("404", "blog", "cerca", "contatti", "grazie", "home", "prenota", "privacy", "servizi")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def write_content(root: Path, talk: dict[str, Any] | None = None, **availability: object) -> Path:
    """Write an office that is open from nine to one each day; `talk` changes its meeting, the rest its rules."""
    rules: dict[str, Any] = {
        "timezone": "Europe/Rome",
        "hours": {day: ["09:00-13:00"] for day in _DAYS},
        "notice": "2h",
        "horizon": "30d",
        "meetings": [TALK | (talk or {}), CALL],
    }
    write_json(root / "identity.yaml", _IDENTITY)
    write_json(root / "availability.yaml", rules | availability)
    area = {"title": "Macro", "path": "Da qui", "order": 1, "summary": "Le cose grandi."}
    write_front_matter(root / "services/macro/index.md", area)
    for slug, meeting in (("ricerca", "conoscitiva"), ("telefono", "telefonata")):
        service = {"title": slug.capitalize(), "summary": "In breve.", "meeting": meeting}
        write_front_matter(root / f"services/macro/{slug}.md", service)
    for slug in _PAGES:
        write_front_matter(root / f"pages/{slug}.md", {"title": slug.capitalize()})
    return root


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON, which every YAML reader reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def write_front_matter(path: Path, value: object) -> None:
    """Write a Markdown file with front matter and one line of prose."""
    path.parent.mkdir(parents=True, exist_ok=True)
    front = json.dumps(value, ensure_ascii=False, indent=1)
    path.write_text(f"---\n{front}\n---\nParole.\n", encoding="utf-8")


def asked(**changed: object) -> dict[str, object]:
    """The fields of a booking that can be accepted, with some of them changed; None takes one away."""
    fields: dict[str, object] = {
        "meeting": "conoscitiva",
        "start": FREE,
        "name": "Ada Rossi",
        "email": "ada@example.com",
    }
    return {name: value for name, value in (fields | changed).items() if value is not None}
