"""What pydantic finds wrong, said in Italian with a way to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "manca: aggiungilo",
    "extra_forbidden": "non è un campo previsto: controlla come è scritto o toglilo",
    "string_type": "deve essere un testo: scrivilo tra virgolette",
    "string_too_short": "è vuoto: scrivi almeno {min_length} caratteri",
    "string_too_long": "è troppo lungo: al massimo {max_length} caratteri",
    "int_type": "deve essere un numero intero, per esempio 30",
    "int_parsing": "deve essere un numero intero, per esempio 30",
    "int_from_float": "deve essere un numero intero, per esempio 30",
    "decimal_type": "deve essere un numero senza simboli, per esempio 150",
    "decimal_parsing": "deve essere un numero senza simboli, per esempio 150",
    "decimal_max_places": "ha troppi decimali: al massimo due, per esempio 28.50",
    "multiple_of": "deve essere un multiplo di {multiple_of}",
    "greater_than": "deve essere maggiore di {gt}",
    "greater_than_equal": "deve essere almeno {ge}",
    "less_than_equal": "può essere al massimo {le}",
    "bool_type": "deve essere true o false",
    "bool_parsing": "deve essere true o false",
    "date_type": "deve essere una data come 2027-01-16",
    "date_parsing": "deve essere una data come 2027-01-16",
    "date_from_datetime_parsing": "deve essere una data come 2027-01-16",
    "date_from_datetime_inexact": "deve essere una data senza orario, come 2027-01-16",
    "dict_type": "deve essere un gruppo di voci «chiave: valore»",
    "model_type": "deve essere un gruppo di voci «chiave: valore»",
    "model_attributes_type": "deve essere un gruppo di voci «chiave: valore»",
    "tuple_type": "deve essere un elenco, una voce per riga con il trattino davanti",
    "list_type": "deve essere un elenco, una voce per riga con il trattino davanti",
    "too_short": "è vuoto: serve almeno una voce",
    "literal_error": "non è un valore previsto: scegli fra {expected}",
    "string_pattern_mismatch": "non ha la forma giusta ({pattern})",
}


def italian(error: ErrorDetails) -> str:
    """The Italian words for one pydantic error; a ValueError of our own speaks for itself."""
    context: dict[str, Any] = dict(error.get("ctx") or {})
    if error["type"] == "value_error":
        return str(context["error"])
    words = _WORDS.get(error["type"], "non è valido: controlla come è scritto")
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", " o ")
    return words.format(**context)
