"""Language in force and its gettext functions: the site's own, or that of the request, mail or page being made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations


@dataclass(frozen=True)
class Language:
    """A language by its code here, its tag (BCP 47) and its locale (CLDR), with what it says for Italian messages.

    `decimal_sign` and `numbered_day` are how it writes `12,5` and `31/01/2027`, the latter as `strftime` takes it.
    """

    code: str
    tag: str
    locale: str
    # Another one where a message is another.
    version: str = ""
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False)
    decimal_sign: str = "."
    numbered_day: str = "%d/%m/%Y"


ITALIAN = Language("it", "it", "it_IT", decimal_sign=",")
_own = ITALIAN
_here: ContextVar[Language | None] = ContextVar("language", default=None)


def spoken() -> Language:
    """The language in force: what this context speaks, or else the site's own."""
    return _here.get() or _own


def own_language() -> Language:
    """The site's own language, whatever this context speaks."""
    return _own


def further_language() -> str | None:
    """The code of the language in force; None where that is the site's own."""
    code = spoken().code
    return None if code == _own.code else code


def speak(language: Language) -> None:
    """Make a language the site's own: all is said in it from now on where nothing else is asked for."""
    global _own
    _own = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say all in a language for as long as this lasts, in this thread or task alone (a context variable)."""
    token = _here.set(language)
    try:
        yield
    finally:
        _here.reset(token)


def speak_here(language: Language) -> None:
    """Say all in a language from here on, as far as `speaking` around it goes."""
    _here.set(language)


def _(message: str, **named: object) -> str:
    """A message in the language in force, with what it names put in its places: `%(name)s`."""
    said = spoken().catalogue.gettext(message) if message else message
    return said % named if named else said


def ngettext(one: str, many: str, number: int, /, **named: object) -> str:
    """The form of a message that a number asks for; the message names it `number`."""
    return spoken().catalogue.ngettext(one, many, number) % ({"number": number} | named)


# Marks a message of a table, which is said later.
N_ = str
