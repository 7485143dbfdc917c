"""Form fields: reads what people type, and gathers every error at once."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping
from functools import cache

from plugins.domain.base import Value
from plugins.domain.catalogue import Catalogue
from plugins.domain.email_address import checked_address
from plugins.domain.language import _
from plugins.domain.pasted_text import plain_email, plain_words

NAME, SHORT, LONG = 100, 200, 5000
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bqBQ]\?")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters by their category that are drawn as nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


# The names of all time zones (IANA), looked for once.
available_timezones = cache(zoneinfo.available_timezones)


class FieldError(Value):
    """What is wrong with one field, in Italian, and how to mend it."""

    field: str
    message: str


class InvalidRequest(ValueError):
    """A form that cannot be accepted as it is; `errors` has all that is wrong with it."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class Fields:
    """Reads named fields and gathers what is wrong with each."""

    def __init__(self, fields: Mapping[str, object], check_address: Callable[[str], str] = checked_address) -> None:
        self.fields = fields
        self._check_address = check_address
        self.errors: list[FieldError] = []

    def refuse(self, field: str, message: str) -> None:
        self.errors.append(FieldError(field=field, message=message))

    def text(
        self,
        field: str,
        missing: str | None = None,
        limit: int = SHORT,
        lines: bool = False,
        raw: object = None,
        clean: Callable[[str], str] | None = None,
    ) -> str | None:
        raw = self.fields.get(field) if raw is None else raw
        raw = clean(raw) if clean and isinstance(raw, str) else raw
        if raw is None or (isinstance(raw, str) and not _visible(raw)):
            if missing:
                self.refuse(field, missing)
        elif not isinstance(raw, str):
            self.refuse(field, _("Questo campo deve essere un testo."))
        elif len(text := raw.replace("\r\n", "\n").strip() if lines else raw.strip(" ")) > limit:
            self.refuse(field, _("Il testo è troppo lungo: al massimo %(limit)s caratteri.", limit=limit))
        elif not _printable(text, lines):
            self.refuse(field, _("Ci sono caratteri che non si possono usare: riscrivi il testo a mano."))
        else:
            return unicodedata.normalize("NFC", text)
        return None

    def email(self) -> str | None:
        text = self.text("email", _("Inserisci la tua email, per esempio nome@esempio.it"), 254, clean=plain_email)
        if text is not None:
            try:
                return self._check_address(text)
            except ValueError as error:
                self.refuse("email", str(error))
        return None

    def timezone(self) -> str | None:
        text = self.text("timezone", clean=plain_words)
        if text is None or text in available_timezones():
            return text
        self.refuse("timezone", _("Questo fuso orario non esiste: scegline uno dall’elenco."))
        return None

    def service(self, catalogue: Catalogue) -> str | None:
        text = self.text("service", clean=plain_words)
        service = catalogue.service(text) if text else None
        if text and service is None:
            self.refuse("service", _("Questo servizio non c’è nel catalogo: scegline uno dall’elenco."))
        return service.slug if service else None


def _visible(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return any(unicodedata.category(char) not in {"Cf", "Zs", "Mn"} and char not in _BLANK for char in text.strip())


def _printable(text: str, lines: bool) -> bool:
    """Whether a text holds no control, no line separator, no lone surrogate and no encoded word (RFC 2047)."""
    body = text.replace("\n", "").replace("\t", "") if lines else text
    # Those that turn the reading direction show a text other than it is (Unicode TR 36).
    hidden = any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _TURNING for char in body)
    return not hidden and not _ENCODED_WORD.search(text)
