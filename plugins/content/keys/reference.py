"""Reference of the content's keys: generates docs/keys.md and docs/chiavi.md (`make keys`) from the models."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from plugins.content.base.examples import example_of
from plugins.content.base.model_keys import keys_of, models_in, plain_type
from plugins.content.broken_pipe import run_command
from plugins.content.front_matter import Page, Post, Words
from plugins.content.keys.descriptions import EXPLANATIONS, LEFT_OUT, said_of
from plugins.content.locale import language
from plugins.domain.availability import Availability, Duration
from plugins.domain.base import FormAddress, HttpsAddress, RoomAddress, Slug, Text, Texts
from plugins.domain.calendar_address import CalendarAddress
from plugins.domain.calendar_id import GoogleCalendar, MicrosoftCalendar
from plugins.domain.calendar_settings import Credentials
from plugins.domain.catalogue import Area, Service
from plugins.domain.clock_ranges import ClockRanges
from plugins.domain.email_address import EmailAddress
from plugins.domain.identity import Identity, LanguageTags, VatNumber
from plugins.domain.language import ITALIAN, N_, _, speak, spoken
from plugins.domain.questions import Limit, Wanted
from plugins.domain.testimonials import Case, Testimonial

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = {"chiavi.md": ITALIAN.code, "keys.md": "en"}
FILES: Mapping[str, type[BaseModel]] = {
    "content/identity.yaml": Identity,
    "content/availability.yaml": Availability,
    "content/services/AREA/index.md": Area,
    "content/services/AREA/SERVICE.md": Service,
    "content/blog/*.md": Post,
    "content/pages/*.md": Page,
    "content/testimonials/*.md": Testimonial,
    "content/cases/*.md": Case,
}
# A type that has a name in the models has words of its own here.
_NAMED: tuple[tuple[object, str], ...] = (
    (Text, N_("testo")),
    (Slug, N_("minuscole senza accenti, cifre e trattini")),
    (Texts, N_("un testo, o un elenco di testi")),
    (Words, N_("un elenco di testi")),
    (HttpsAddress, N_("indirizzo che comincia con https://")),
    (RoomAddress, N_("indirizzo che comincia con https:// e ha dentro {room}")),
    (FormAddress, N_("indirizzo che comincia con https://")),
    (EmailAddress, N_("email")),
    (VatNumber, N_("partita IVA")),
    (LanguageTags, N_("elenco di codici di lingua (BCP 47)")),
    (ClockRanges, N_("elenco di fasce orarie, i minuti di cinque in cinque")),
    (Duration, N_("minuti `m`, ore `h` o giorni `d`")),
    (CalendarAddress, N_("indirizzo che comincia con https://, o `{env: NOME}`")),
    (GoogleCalendar, N_("l’ID del calendario, o `primary`")),
    (MicrosoftCalendar, N_("l’ID del calendario, o `primary`")),
    (Credentials, N_("maiuscole, cifre e _")),
    (Limit, N_("numero o data")),
    (Wanted, N_("la risposta, o un elenco di risposte")),
)
_PLAIN: Mapping[object, str] = {
    str: N_("testo"),
    int: N_("numero intero"),
    Decimal: N_("numero"),
    bool: N_("`true` o `false`"),
    date: N_("data: anno-mese-giorno"),
    ZoneInfo: N_("continente e città"),
}


def _value(annotation: object) -> str:
    """What may be written for a type, in words."""
    named = next((words for one, words in _NAMED if one is annotation), None)
    if named is not None:
        return _(named)
    inner = [one for one in get_args(annotation) if one is not type(None)]
    if type(None) in get_args(annotation):
        return _value(inner[0])
    plain, limits = plain_type(annotation)
    origin, inner = get_origin(plain), list(get_args(plain))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        found = models_in(inner[0])
        return _("elenco di gruppi di voci, qui sotto") if found else _("elenco: %(item)s", item=_value(inner[0]))
    if origin is dict:
        names = _value(inner[0]) if get_origin(inner[0]) is Literal else _("nomi scelti da te")
        return _("gruppo di voci (%(names)s): %(item)s", names=names, item=_value(inner[1]))
    if models_in(plain):
        return _("gruppo di voci, qui sotto")
    if "pattern" in limits:
        return _("testo con la forma dell’esempio")
    return _(_PLAIN[plain]) + "".join(_limits(limits))


def _limits(limits: Mapping[str, Any]) -> Iterator[str]:
    if "ge" in limits:
        yield _(", almeno %(number)s", number=limits["ge"])
    if "gt" in limits:
        yield _(", più di %(number)s", number=limits["gt"])
    if "le" in limits:
        yield _(", al massimo %(number)s", number=limits["le"])
    if "multiple_of" in limits:
        yield _(", di %(number)s in %(number)s", number=limits["multiple_of"])


def _left_out(model: type[BaseModel], key: str, info: FieldInfo) -> str:
    """What holds where a key is left out."""
    if said := said_of(LEFT_OUT, model, key):
        return _(said)
    if info.is_required():
        return _("**obbligatoria**")
    value = info.default
    if info.default_factory is not None or value in (None, ()):
        return "—"
    if isinstance(value, timedelta):
        return f"`{value.days}d`" if value.days else f"`{value.seconds // 60}m`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _row(model: type[BaseModel], path: tuple[str, ...], key: str, info: FieldInfo, hint: object) -> str:
    said = said_of(EXPLANATIONS, model, key)
    if said is None:
        raise LookupError(f"{model.__name__}.{key} has no words in plugins/content/keys/descriptions.py")
    shown = example_of((*path, key))
    cells = [f"`{key}`", _(said), _value(hint), _left_out(model, key, info), f"`{shown}`" if shown else "—"]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _table(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    """The keys of a model, then those of each group within it."""
    hints = get_type_hints(model, include_extras=True)
    yield _("| chiave | che cosa fa | che cosa si scrive | se manca | esempio |")
    yield "|---|---|---|---|---|"
    names = {info.alias or name: name for name, info in model.model_fields.items()}
    for key, info in keys_of(model).items():
        yield _row(model, path, key, info, hints[names[key]])
    for key, info in keys_of(model).items():
        for inner in models_in(info.annotation):
            within = (*path[1:], key)
            yield ""
            yield _("### Dentro %(keys)s", keys=", ".join(f"`{one}`" for one in within))
            yield ""
            yield from _table(inner, (*path, key))


def reference() -> str:
    """The whole page, in the language in force."""
    lines = [
        _("# Tutte le chiavi"),
        "",
        _(
            "Qui trovi ogni voce che si può scrivere nei file di `content/`: che cosa fa, come si scrive, "
            "che cosa vale se non c’è. Le voci obbligatorie sono poche; tutte le altre puoi toglierle. "
            "Se ne sbagli una, `make controlla` ti dice quale e dove."
        ),
        "",
        _("Questa pagina la scrive `make keys`, da quello che sa il controllo: non serve correggerla a mano."),
    ]
    for file, model in FILES.items():
        lines += ["", f"## `{file}`", "", *_table(model, (model.__name__.lower(),))]
    return "\n".join(lines) + "\n"


def written() -> Mapping[str, str]:
    """Each page by its name, in its language; the language in force stays."""
    before = spoken()
    try:
        return {name: _in(code) for name, code in PAGES.items()}
    finally:
        speak(before)


def _in(code: str) -> str:
    speak(language(code))
    return reference()


def main() -> int:
    """Write the pages into `docs/`."""
    for name, text in written().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
