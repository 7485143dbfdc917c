"""Questions: what is asked of who makes the site her own, with checks and defaults."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.content.active_locale import IDENTITY
from plugins.content.base.faults import Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.yaml_locations import Document
from plugins.content.colours import palettes
from plugins.content.identity_reader import read_identity
from plugins.content.office_reader import TIMETABLE
from plugins.content.public_holidays import public_holidays
from plugins.domain.availability import Availability
from plugins.domain.language import N_, _
from plugins.domain.special_days import Holidays
from plugins.publishing.start.catalogue_words import kinds, read_areas
from plugins.publishing.start.countries import country_code, main_zone, zones
from plugins.publishing.start.opening_hours import USUAL_HOURS, read_hours

Answers = Mapping[str, str]
Check = Callable[[str, Answers], str]
# A title that a page of results shows whole.
_LONGEST_TITLE = 60
# Values that pass whatever is checked beside them.
_IDENTITY = {"name": "N", "brand": "B", "claim": "C", "email": "n@esempio.it", "address": "A"}
_MEETING = {"slug": "m", "title": "M", "minutes": 30}
_AVAILABILITY = {"timezone": "UTC", "hours": {}, "notice": "24h", "horizon": "60d", "meetings": [_MEETING]}
# A name of any script, a port, and a path: nothing that ends a text of Python, or a source of a policy.
_SITE = re.compile(r"https?://(?!-)[\w.-]+(?::\d{1,5})?(?:/[\w.~%+@:-]+)*")
SAMPLE_NUMBER = "12345678903"


@dataclass(frozen=True)
class Question:
    """One question: its key, which is its flag too, its words, how an answer is read, and what stands if none is given.

    `default` gives None where there has to be an answer, and an empty text where there may be none.
    """

    key: str
    words: str
    check: Check
    default: Callable[[Answers], str | None] = lambda answers: None

    @property
    def flag(self) -> str:
        """The option of the command line."""
        return f"--{self.key.replace('_', '-')}"


def _one_line(raw: str) -> str:
    if not raw.isprintable():
        raise ValueError(_("deve stare in una riga, senza caratteri invisibili."))
    return raw.strip()


def _told(faults: list[Fault]) -> None:
    # One answer for five days has one mistake five times.
    if faults:
        raise ValueError(faults[0].what)


def _identity(key: str) -> Check:
    def checked(raw: str, answers: Answers) -> str:
        value, faults = _one_line(raw), list[Fault]()
        beside = {one: answers[one] for one in ("language", "country") if one in answers}
        with tempfile.TemporaryDirectory() as place:
            # JSON is YAML, but for signs that it writes in two halves.
            written = json.dumps({**_IDENTITY, **beside, key: value}, ensure_ascii=False)
            (Path(place) / IDENTITY).write_text(written, encoding="utf-8")
            read_identity(Path(place), faults)
        _told(faults)
        return value

    return checked


def _timetable(key: str, value: object) -> None:
    """Raise what the check of the content would tell of a value of the timetable."""
    faults: list[Fault] = []
    read_value(Document(TIMETABLE, {**_AVAILABILITY, key: value}, {}), Availability, faults)
    _told(faults)


def _profession(raw: str, answers: Answers) -> str:
    value = _one_line(raw)
    if not value or len(value) > _LONGEST_TITLE:
        raise ValueError(_("fra 1 e %(most)s caratteri, per esempio: Psicologa a Torino", most=_LONGEST_TITLE))
    return value[0].upper() + value[1:]


def _site(raw: str, answers: Answers) -> str:
    value = _one_line(raw).rstrip("/")
    if not _SITE.fullmatch(value):
        raise ValueError(_("non è un indirizzo. Esempio: https://esempio.it, oppure https://nome.github.io/sito"))
    return value


def _timezone(raw: str, answers: Answers) -> str:
    _timetable("timezone", raw.strip())
    return raw.strip()


def _region(raw: str, answers: Answers) -> str:
    found = public_holidays(Holidays(country=answers["country"], region=raw.strip() or None))
    if isinstance(found, tuple):
        raise ValueError(found[1])
    return raw.strip()


def _hours(raw: str, answers: Answers) -> str:
    _timetable("hours", read_hours(raw))
    return raw.strip()


def _one_of(names: Callable[[Answers], list[str]]) -> Check:
    def checked(raw: str, answers: Answers) -> str:
        if raw.strip() not in names(answers):
            raise ValueError(_("non è fra le scelte. Scegli fra %(names)s.", names=", ".join(names(answers))))
        return raw.strip()

    return checked


def _areas(raw: str, answers: Answers) -> str:
    read_areas(_one_line(raw), answers["language"])
    return raw.strip()


def _palette(raw: str, answers: Answers) -> str:
    if raw.strip():
        palettes.palette(raw.strip())
    return raw.strip()


def _vat_number(raw: str, answers: Answers) -> str:
    value = _identity("vat_number")(raw, answers)
    if re.sub(r"\D", "", value) == SAMPLE_NUMBER:
        raise ValueError(_("è la partita IVA del sito d’esempio. Scrivi la tua."))
    return value


QUESTIONS = (
    Question("name", N_("Nome e cognome"), _identity("name")),
    Question("brand", N_("Come si chiama il sito"), _identity("brand"), lambda answers: answers["name"]),
    Question("profession", N_("Che cosa fai, in poche parole (Psicologa a Torino)"), _profession),
    Question("claim", N_("Una frase che ti presenta"), _identity("claim"), lambda answers: answers["profession"]),
    Question("email", N_("Indirizzo mail a cui arrivano i messaggi"), _identity("email")),
    Question("phone", N_("Telefono"), _identity("phone"), lambda answers: ""),
    Question(
        "country",
        N_("Paese"),
        lambda raw, answers: country_code(raw),
        lambda answers: "IT" if answers["language"] == "it" else None,
    ),
    Question("address", N_("Indirizzo di chi firma il sito"), _identity("address")),
    Question("vat_number", N_("Partita IVA"), _vat_number, lambda answers: ""),
    Question("legal", N_("Riga di legge a piè di pagina"), _identity("legal"), lambda answers: ""),
    Question("region", N_("Regione, per le sue feste"), _region, lambda answers: ""),
    Question("timezone", N_("Fuso orario"), _timezone, lambda answers: main_zone(answers["country"])),
    Question(
        "hours",
        N_("Quando ricevi"),
        _hours,
        lambda answers: USUAL_HOURS,
    ),
    Question(
        "where",
        N_("Dove ci si vede: video, phone, in_person"),
        _one_of(lambda answers: ["video", "phone", "in_person"]),
        lambda answers: "video",
    ),
    Question(
        "kind",
        N_("Che mestiere somiglia al tuo: %(choices)s"),
        _one_of(lambda answers: list(kinds(answers["language"]))),
        lambda answers: "advice",
    ),
    Question(
        "areas",
        N_("Le aree con i loro servizi (Area: servizio, servizio; Area: servizio)"),
        _areas,
        lambda answers: kinds(answers["language"])[answers["kind"]].written,
    ),
    Question("palette", N_("I colori: %(choices)s, o uno tuo come #7A1F3D"), _palette, lambda answers: ""),
    Question("site", N_("A che indirizzo si leggerà il sito (https://esempio.it), anche con un percorso"), _site),
    Question(
        "endpoint",
        N_("A che indirizzo risponde chi prenota, se è un altro"),
        lambda raw, answers: _site(raw, answers) if raw.strip() else "",
        lambda answers: "",
    ),
)


def choices(question: Question, answers: Answers) -> str:
    """What the words of a question offer to choose from."""
    if question.key == "kind":
        return ", ".join(kinds(answers["language"]))
    if question.key == "palette":
        return ", ".join(f"{name} ({palettes.title(name)})" for name in palettes.PALETTES)
    if question.key == "timezone":
        return ", ".join(zones(answers["country"]))
    return ""
