"""Language in force and its gettext functions: Italian, until the program sets another."""

from __future__ import annotations

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
_spoken = ITALIAN


def spoken() -> Language:
    """The language in force."""
    return _spoken


def speak(language: Language) -> None:
    """Have all that is said from now on be said in a language: one at a time, for the whole process."""
    global _spoken
    _spoken = language


def _(message: str, **named: object) -> str:
    """A message in the language in force, with what it names put in its places: `%(name)s`."""
    said = _spoken.catalogue.gettext(message) if message else message
    return said % named if named else said


def ngettext(one: str, many: str, number: int, /, **named: object) -> str:
    """The form of a message that a number asks for; the message names it `number`."""
    return _spoken.catalogue.ngettext(one, many, number) % ({"number": number} | named)


# Marks a message of a table, which is said later.
N_ = str
