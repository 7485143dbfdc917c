"""Validation messages: pydantic's errors said with a way to mend them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from plugins.domain.language import N_, _

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

UNKNOWN = N_("non è un campo previsto. Controlla come è scritto o toglilo.")
_WORDS = {
    "missing": N_("manca. Aggiungilo."),
    "extra_forbidden": UNKNOWN,
    "string_type": N_("deve essere un testo. Scrivilo tra virgolette."),
    "string_too_short": N_("è vuoto. Scrivi almeno %(min_length)s caratteri."),
    "string_too_long": N_("è troppo lungo. Al massimo %(max_length)s caratteri."),
    "int_type": N_("deve essere un numero intero. Scrivi solo le cifre."),
    "int_parsing": N_("deve essere un numero intero. Scrivi solo le cifre."),
    "int_from_float": N_("deve essere un numero intero. Scrivi solo le cifre."),
    "decimal_type": N_("deve essere un numero. Scrivi solo le cifre, senza simboli."),
    "decimal_parsing": N_("deve essere un numero. Scrivi solo le cifre, senza simboli."),
    "decimal_max_places": N_("ha troppi decimali. Al massimo due, per esempio 28.50."),
    "multiple_of": N_("deve essere un multiplo di %(multiple_of)s."),
    "greater_than": N_("deve essere maggiore di %(gt)s."),
    "greater_than_equal": N_("deve essere almeno %(ge)s."),
    "less_than_equal": N_("può essere al massimo %(le)s."),
    "bool_type": N_("deve essere true o false. Scrivilo senza virgolette."),
    "bool_parsing": N_("deve essere true o false. Scrivilo senza virgolette."),
    "date_type": N_("non è una data che esiste. Scrivila come anno-mese-giorno."),
    "date_parsing": N_("non è una data che esiste. Scrivila come anno-mese-giorno."),
    "date_from_datetime_parsing": N_("non è una data che esiste. Scrivila come anno-mese-giorno."),
    "date_from_datetime_inexact": N_("è una data con un orario. Scrivi solo anno-mese-giorno."),
    "dict_type": N_("deve essere un gruppo di voci «chiave: valore»."),
    "model_type": N_("deve essere un gruppo di voci «chiave: valore»."),
    "model_attributes_type": N_("deve essere un gruppo di voci «chiave: valore»."),
    "tuple_type": N_("deve essere un elenco, una voce per riga con il trattino davanti."),
    "list_type": N_("deve essere un elenco, una voce per riga con il trattino davanti."),
    "too_short": N_("è vuoto. Serve almeno una voce."),
    "literal_error": N_("non è un valore previsto. Scegli fra %(expected)s."),
    "string_pattern_mismatch": N_("non ha la forma giusta. Scrivilo come nell’esempio."),
}


# A day and whatever follows it: a time as other programs write it, with a zone or a short hour.
_TIMED = re.compile(r"(\d{4}-\d\d-\d\d)[T\s]\s*\d{1,2}:\d\d\b.*", re.DOTALL)


def _is_timed(error: ErrorDetails) -> bool:
    found = _TIMED.fullmatch(str(error.get("input"))) if error["type"].startswith("date_") else None
    if found is None:
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def told(error: ErrorDetails) -> str:
    """What is wrong and how to mend it, as sentences; a ValueError of our own speaks for itself."""
    context: dict[str, Any] = dict(error.get("ctx") or {})
    if error["type"] == "value_error":
        return str(context["error"])
    kind = "date_from_datetime_inexact" if _is_timed(error) else error["type"]
    words = _WORDS.get(kind)
    if words is None:
        return _("non è valido. Controlla come è scritto.")
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", f" {_('o')} ")
    return _(words, **context)
