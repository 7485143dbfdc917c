"""A small office in Italian and English, and what of a text is in the other language."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import icalendar
from babel.dates import get_day_names, get_month_names
from babel.messages.pofile import read_po
from sqlalchemy import Engine, select

from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.schema import outbox
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
        # Names that no sentence of either language has.
        "name": "Xaver Quint",
        "brand": "Quint Xyz",
        "address": "Kanalgasse 2",
        "languages": ["it", "en"],
        "claim": {"it": "Assistente virtuale", "en": "Virtual assistant"},
        "legal": {"it": "Professione secondo la legge italiana.", "en": "Profession under the law."},
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
    widths: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
    named = [names(width, locale=locale) for names in (get_day_names, get_month_names) for width in widths]
    return {name.lower() for names in named for name in names.values()}


def italian_in(text: str) -> set[str]:
    """The words of a text that are Italian and not English."""
    return _all(text) & _words()[0]


def english_in(text: str) -> set[str]:
    """The words of a text that are English and not Italian."""
    return _all(text) & _words()[1]


def seen_on(html: str) -> str:
    """All that somebody sees or hears of a page, cities to choose from apart."""
    return "\n".join(text for where, text in Seen(html).texts if where != "option")


@dataclass(frozen=True)
class Letter:
    """A mail of the outbox: whom it is for, and all that is read of it, its invitation included."""

    kind: str
    text: str

    @property
    def is_owners(self) -> bool:
        """Whether the owner reads it."""
        return not self.kind.endswith("-visitor")


def letters(engine: Engine) -> list[Letter]:
    """The mails that wait, as their readers see them."""
    with engine.begin() as connection:
        rows = connection.execute(select(outbox.c.kind, outbox.c.mime).order_by(outbox.c.id)).all()
    return [Letter(row.kind, _read(row.mime)) for row in rows if row.mime]


def letter_of(envelope: Envelope) -> Letter:
    """A mail that is to be sent."""
    return Letter(envelope.kind, _read(envelope.mime))


def _read(mime: bytes) -> str:
    message: Any = email.message_from_bytes(mime, policy=email.policy.default)
    said = [str(message["Subject"]), message.get_body(("plain",)).get_content()]
    said.append(seen_on(message.get_body(("html",)).get_content()))
    said += [
        calendar_words(part.get_content()) for part in message.walk() if part.get_content_type() == "text/calendar"
    ]
    return "\n".join(said)


def calendar_words(text: str | bytes) -> str:
    """What a calendar shows of its events."""
    calendar: Any = icalendar.Calendar.from_ical(text)
    names = ("SUMMARY", "DESCRIPTION", "LOCATION")
    return "\n".join(str(event.get(name, "")) for event in calendar.walk("VEVENT") for name in names)
