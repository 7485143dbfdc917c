"""A small office in Italian and English, and what of a text is in the other language."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import get_day_names, get_month_names
from babel.messages.pofile import read_po

from plugins.content.locale import LOCALES
from tests.booking.office import write_content, write_front_matter
from tests.language.marking import Seen

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|mailto:\S+|%\(\w+\)s|<[^>]*>|&\w+;")

QUESTIONS: list[dict[str, Any]] = [
    {"key": "attivita", "label": {"it": "Mestiere", "en": "Trade"}, "required": False},
    {
        "key": "quanto",
        "label": {"it": "Dimensione", "en": "Size"},
        "type": "choice",
        "options": [{"it": "bottega", "en": "workshop"}, {"it": "fabbrica", "en": "factory"}],
    },
]
_TITLES = {"it": "Chiacchierata conoscitiva", "en": "Introductory chat"}
_CALL = {
    "slug": "telefonata",
    "title": {"it": "Telefonata", "en": "Telephone call"},
    "minutes": 20,
    "step": 30,
    "where": "phone",
    "confirmation": "manual",
}
_PAGES = {
    "404": "Missing",
    "contatti": "Contact",
    "grazie": "Thanks",
    "home": "Welcome",
    "prenota": "Booking",
    "privacy": "Privacy",
    "servizi": "Services",
}


def write_bilingual(root: Path, talk: dict[str, Any] | None = None, **availability: object) -> Path:
    """Write the small office of the tests, all that a visitor reads of it in English too."""
    about = {"title": _TITLES, "questions": QUESTIONS} | (talk or {})
    rules: dict[str, Any] = {
        "follow_up": "1h",
        "follow_up_text": {"it": "Grazie della chiacchierata.", "en": "Many thanks for your visit."},
        "testimonials": True,
        "reminder": "24h",
        "waiting_hold": "2h",
    }
    write_content(root, about, **rules | availability)
    identity = json.loads((root / "identity.yaml").read_text(encoding="utf-8"))
    identity |= {
        "languages": ["it", "en"],
        "claim": {"it": "Assistente virtuale", "en": "Virtual assistant"},
        "legal": {"it": identity["legal"], "en": "Profession under Italian law."},
    }
    (root / "identity.yaml").write_text(json.dumps(identity, ensure_ascii=False), encoding="utf-8")
    timetable = json.loads((root / "availability.yaml").read_text(encoding="utf-8"))
    timetable["meetings"][1] = _CALL
    (root / "availability.yaml").write_text(json.dumps(timetable, ensure_ascii=False), encoding="utf-8")
    area = {"title": "Big things", "path": "From here", "summary": "All that is big."}
    write_front_matter(root / "services/macro/index.en.md", area)
    for slug, title in (("ricerca", "Market research"), ("telefono", "Answering")):
        write_front_matter(root / f"services/macro/{slug}.en.md", {"title": title, "summary": "Briefly."})
    for slug, title in _PAGES.items():
        write_front_matter(root / f"pages/{slug}.en.md", {"title": title})
    return root


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    """The words that the interface says in one of both languages alone: Italian, English."""
    with (LOCALES / "en.po").open("rb") as file:
        messages = [one for one in read_po(file) if one.id]
    italian = {word for one in messages for word in _all(one.id)} | _calendar("it")
    english = {word for one in messages for word in _all(one.string)} | _calendar("en")
    italian |= {"chiacchierata", "conoscitiva", "telefonata", "mestiere", "bottega", "fabbrica", "dimensione"}
    english |= {"introductory", "telephone", "trade", "workshop", "factory"}
    return frozenset(italian - english), frozenset(english - italian)


def _all(said: object) -> set[str]:
    text = " ".join(said) if isinstance(said, list | tuple) else str(said)
    return {word.lower() for word in _WORD.findall(_ADDRESS.sub(" ", text))}


def _calendar(locale: str) -> set[str]:
    named = (get_day_names("wide", locale=locale), get_month_names("wide", locale=locale))
    return {name.lower() for names in named for name in names.values()}


def italian_in(text: str) -> set[str]:
    """The words of a text that are Italian and not English."""
    return _all(text) & _words()[0]


def english_in(text: str) -> set[str]:
    """The words of a text that are English and not Italian."""
    return _all(text) & _words()[1]


def seen_on(html: str) -> str:
    """All that somebody sees or hears of a page."""
    return "\n".join(text for _where, text in Seen(html).texts)
