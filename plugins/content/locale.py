"""Locales of the interface: Italian, and every language with a catalogue (PO file)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.domain.language import ITALIAN, Language, speak

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

# What another one lacks is said in this: more people read it than Italian.
_FALLBACK = "en"
LOCALES = Path(__file__).resolve().parents[2] / "theme" / "locales"
# Of CLDR's pattern of a date (UTS 35, part 4) and of strftime; a year is told whole.
_FIGURES = {"d": "%d", "M": "%m", "y": "%Y"}
_PLACE = re.compile(r"%\((\w+)\)s|(%%)|(%)")


class UnreadableCatalogueError(Exception):
    """A catalogue that is no PO file; the message says where, in English."""


def codes() -> list[str]:
    """The codes a content may name as its `language`."""
    return sorted({ITALIAN.code, *(path.stem for path in LOCALES.glob("*.po"))})


def language(code: str) -> Language:
    """The language of a code; raises LookupError where it has no catalogue, and UnreadableCatalogueError."""
    if code == ITALIAN.code:
        return ITALIAN
    if code not in codes():
        raise LookupError(code)
    known = LOCALES / f"{_FALLBACK}.po"
    return _read(code, (LOCALES / f"{code}.po").read_bytes(), known.read_bytes() if known.is_file() else b"")


def speak_again(code: str) -> None:
    """Put a language in force that was spoken before; where it is gone, the one there is stays."""
    with suppress(LookupError, UnreadableCatalogueError):
        speak(language(code))


@lru_cache(maxsize=8)
def _read(code: str, text: bytes, fallback: bytes) -> Language:
    # Only here: Babel takes longer to import than an Italian site needs for an edit.
    from gettext import GNUTranslations

    from babel import UnknownLocaleError
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(BytesIO(text), abort_invalid=True)
        locale = str(catalogue.locale_identifier or code.replace("-", "_"))
        whole = _whole(locale)
        for message in catalogue:
            # Said in the fallback: what names other things than its source would fail each time it is said.
            if message.id and not fits(message):
                message.string = ""
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        messages = GNUTranslations(compiled)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise UnreadableCatalogueError(f"{code}.po: {error}") from error
    if fallback and code != _FALLBACK:
        # A catalogue that is broken is told to whoever speaks its language.
        with suppress(UnreadableCatalogueError):
            messages.add_fallback(_read(_FALLBACK, fallback, fallback).catalogue)
    version = f"{code} {hashlib.sha256(text + fallback).hexdigest()}"
    return Language(code, locale.replace("_", "-"), whole, version, messages, *_signs(whole))


def _signs(locale: str) -> tuple[str, str]:
    """How a locale parts decimals and, in figures, the day from the month and the year (`strftime`)."""
    from babel import Locale
    from babel.numbers import get_decimal_symbol

    short = str(Locale.parse(locale).date_formats["short"].pattern).replace("'", "")
    return get_decimal_symbol(locale), re.sub(r"[dMy]+", lambda found: _FIGURES[found[0][0]], short)


def _whole(locale: str) -> str:
    """A locale with its territory: the likely one (CLDR) where none is named."""
    from babel import Locale
    from babel.core import get_global

    parsed = Locale.parse(locale)
    if parsed.territory is None:
        likely = Locale.parse(get_global("likely_subtags").get(parsed.language, locale))
        return f"{parsed.language}_{likely.territory}" if likely.territory else locale
    return locale


def fits(message: Message) -> bool:
    """Whether every form of a message that is translated names what its source names, and nothing else."""
    sources, forms = _forms(message.id), _forms(message.string)
    wanted, known = _named(sources[-1]), set().union(*map(_named, sources))
    # A form for one alone may say its number in a word.
    spared = {"number"} if len(sources) > 1 else set()
    return all(wanted - spared <= _named(form) <= known for form in forms if form)


def _forms(said: str | Iterable[str] | None) -> list[str]:
    return [said or ""] if said is None or isinstance(said, str) else list(said)


def _named(text: str) -> set[str]:
    return {name or percent or lone for name, percent, lone in _PLACE.findall(text)}


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with a catalogue, a line each: what is not translated, only guessed, or names other things."""
    found = []
    for message in catalogue:
        first = _forms(message.id)[0]
        if not first:
            continue
        if not all(_forms(message.string)):
            found.append(f"not translated: {first}")
        elif message.fuzzy:
            found.append(f"fuzzy: {first}")
        elif not fits(message):
            found.append(f"other placeholders: {first}")
    return found
