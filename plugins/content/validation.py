"""What pydantic finds wrong, said in Italian with a way to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "manca. Aggiungilo.",
    "extra_forbidden": "non è un campo previsto. Controlla come è scritto o toglilo.",
    "string_type": "deve essere un testo. Scrivilo tra virgolette.",
    "string_too_short": "è vuoto. Scrivi almeno {min_length} caratteri.",
    "string_too_long": "è troppo lungo. Al massimo {max_length} caratteri.",
    "int_type": "deve essere un numero intero. Scrivi solo le cifre.",
    "int_parsing": "deve essere un numero intero. Scrivi solo le cifre.",
    "int_from_float": "deve essere un numero intero. Scrivi solo le cifre.",
    "decimal_type": "deve essere un numero. Scrivi solo le cifre, senza simboli.",
    "decimal_parsing": "deve essere un numero. Scrivi solo le cifre, senza simboli.",
    "decimal_max_places": "ha troppi decimali. Al massimo due, per esempio 28.50.",
    "multiple_of": "deve essere un multiplo di {multiple_of}.",
    "greater_than": "deve essere maggiore di {gt}.",
    "greater_than_equal": "deve essere almeno {ge}.",
    "less_than_equal": "può essere al massimo {le}.",
    "bool_type": "deve essere true o false. Scrivilo senza virgolette.",
    "bool_parsing": "deve essere true o false. Scrivilo senza virgolette.",
    "date_type": "non è una data che esiste. Scrivila come anno-mese-giorno.",
    "date_parsing": "non è una data che esiste. Scrivila come anno-mese-giorno.",
    "date_from_datetime_parsing": "non è una data che esiste. Scrivila come anno-mese-giorno.",
    "date_from_datetime_inexact": "è una data con un orario. Scrivi solo anno-mese-giorno.",
    "dict_type": "deve essere un gruppo di voci «chiave: valore».",
    "model_type": "deve essere un gruppo di voci «chiave: valore».",
    "model_attributes_type": "deve essere un gruppo di voci «chiave: valore».",
    "tuple_type": "deve essere un elenco, una voce per riga con il trattino davanti.",
    "list_type": "deve essere un elenco, una voce per riga con il trattino davanti.",
    "too_short": "è vuoto. Serve almeno una voce.",
    "literal_error": "non è un valore previsto. Scegli fra {expected}.",
    "string_pattern_mismatch": "non ha la forma giusta. Scrivilo come nell’esempio.",
}


def italian(error: ErrorDetails) -> str:
    """What is wrong and how to mend it, as Italian sentences; a ValueError of our own speaks for itself."""
    context: dict[str, Any] = dict(error.get("ctx") or {})
    if error["type"] == "value_error":
        return str(context["error"])
    words = _WORDS.get(error["type"], "non è valido. Controlla come è scritto.")
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", " o ")
    return words.format(**context)
