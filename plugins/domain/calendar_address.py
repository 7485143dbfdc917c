"""Address of a calendar, as people paste it: normalised where that is safe, else refused with the right form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, PlainValidator

from plugins.domain.base import Value
from plugins.domain.language import N_, _

LONGEST_ADDRESS = 2000
# An address that can be asked for in private: encrypted, or on this very machine.
_PRIVATE = re.compile(r"https://[^\s/]+\S*|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/\S*)?")
# What surrounds an address in a mail or a page: brackets, quotes, and marks that nobody sees.
_AROUND = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff<>\"'«»“”‘’]+"
_LEFT, _RIGHT = re.compile(f"^{_AROUND}"), re.compile(f"{_AROUND}$")
# Written by calendar programs to be opened by one; asked for over HTTPS all the same.
_PROGRAMS = re.compile(r"^(?:webcals?|caldavs?|icals?)://", re.IGNORECASE)
_GOOGLE = re.compile(r"(?:www|calendar)\.google\.[a-z.]+")
_OUTLOOK = re.compile(r"outlook\.(?:office|office365|live)\.com")
_OUTLOOK_PAGE = re.compile(r"(/owa/(?:\S+/)?(?:reach)?calendar)\.html$")

_EXAMPLE = N_("Esempio: https://calendario.example/privato.ics")
_SHAPE = N_("non ha la forma giusta: è un indirizzo che comincia con https://.")
_PLAIN_HTTP = N_(
    "un indirizzo http lo può leggere chiunque stia in mezzo. Scrivi lo stesso indirizzo con https:// davanti."
)
_BROKEN = N_("l’indirizzo ha uno spazio in mezzo. Scrivilo di seguito, su una riga sola.")
_LONG = N_("l’indirizzo è troppo lungo: al massimo 2000 caratteri.")
_GOOGLE_PAGE = N_(
    "questa è la pagina di Google in cui il calendario si guarda. Quello che serve sta nelle impostazioni del "
    "calendario, «Indirizzo segreto in formato iCal»: comincia con https://calendar.google.com/calendar/ical/ "
    "e finisce con basic.ics"
)
_NEXTCLOUD_PAGE = N_(
    "questa è la pagina in cui il calendario si guarda. Quello che serve è il link di sottoscrizione: %(address)s"
)
_NEXTCLOUD_FILE = "https://cloud.example/remote.php/dav/public-calendars/CODICE?export"
_NO_VARIABLE = N_(
    "dentro ci va solo il nome di una variabile del server: maiuscole, cifre e _, mai BOOKING_ davanti. "
    "Esempio: {env: CALENDARIO_PRIVATO}"
)
_VARIABLE = re.compile(r"(?!BOOKING_)[A-Z][A-Z0-9_]*")
# The name of a variable of the environment, which holds what is a secret and so is never content.
VariableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class AddressVariable(Value):
    """The variable of the environment that holds an address, which then is in no file."""

    env: VariableName


def is_private(address: str) -> bool:
    """Whether an address can be asked for in private."""
    return len(address) <= LONGEST_ADDRESS and _PRIVATE.fullmatch(address) is not None


def private_address(text: str) -> str:
    """Return an address as it is asked for; raises ValueError with how to mend it, quoting nothing of it."""
    address = _RIGHT.sub("", _LEFT.sub("", text))
    address = _PROGRAMS.sub("https://", address)
    scheme, colon, rest = address.partition("://")
    address = f"{scheme.lower()}{colon}{rest}"
    if re.search(r"\s", address):
        raise ValueError(_(_BROKEN))
    if len(address) > LONGEST_ADDRESS:
        raise ValueError(_(_LONG))
    if not is_private(address):
        plain = scheme.lower() == "http" and bool(rest)
        raise ValueError(f"{_(_PLAIN_HTTP if plain else _SHAPE)} {_(_EXAMPLE)}")
    return _of_a_calendar(address)


def _of_a_calendar(address: str) -> str:
    try:
        url = urlsplit(address)
    except ValueError:
        return address  # whoever asks there tells
    if words := _page_of(url):
        raise ValueError(_(words, address=_NEXTCLOUD_FILE))
    if _OUTLOOK.fullmatch(url.hostname or "") and _OUTLOOK_PAGE.search(url.path):
        # The file lies beside the page, under the same secret.
        return url._replace(path=_OUTLOOK_PAGE.sub(r"\1.ics", url.path)).geturl()
    return address


def _page_of(url: SplitResult) -> str | None:
    """What to say of an address at which people look at a calendar."""
    if _GOOGLE.fullmatch(url.hostname or "") and re.match(r"/calendar/(?:embed|u/\d|r(?:/|$)|$|render)", url.path):
        return _GOOGLE_PAGE
    return _NEXTCLOUD_PAGE if re.search(r"/apps/calendar/(?:p|embed)/", url.path) else None


def _address(raw: object) -> str | AddressVariable:
    if isinstance(raw, AddressVariable):
        return raw
    if isinstance(raw, Mapping):
        name = raw.get("env")
        if set(raw) != {"env"} or not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise ValueError(_(_NO_VARIABLE))
        return AddressVariable(env=name)
    if not isinstance(raw, str):
        raise ValueError(f"{_(_SHAPE)} {_(_EXAMPLE)}")
    return private_address(raw)


# As content writes it: the address itself, or the variable that holds it.
CalendarAddress = Annotated[str | AddressVariable, PlainValidator(_address)]
