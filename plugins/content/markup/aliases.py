"""Aliases: former addresses of a page, as a server of static files can answer them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from plugins.content.base.faults import Fault
from plugins.domain.language import N_, _

if TYPE_CHECKING:
    # YAML, which an edit of a text does without.
    from plugins.content.base.yaml_locations import Document

_EXAMPLE = N_("Esempio: aliases: [/vecchio-indirizzo/]")
_LONGEST = 200  # bytes of a name, which file systems hold
# Letters and digits of any language, and what else a name of a file may hold on every system.
_NAME = re.compile(r"[\w.~+,@!()'=&$;-][\w.~+,@!()'=&$; -]*")


def alias_place(alias: str) -> str:
    """The place of an alias, relative to the site's root, its letters as they are and not as `%C3%A8`.

    ValueError says why no file can answer there.
    """
    if alias.startswith(("http:", "https:", "//")):
        raise ValueError(_("Scrivi solo quel che viene dopo il dominio. Esempio: %(path)s", path=_path(alias)))
    if not alias.startswith("/"):
        raise ValueError(_("Comincia con /."))
    for sign in "?#":
        if sign in alias:
            raise ValueError(
                _(
                    "Quel che segue «%(sign)s» a un sito fatto di file non arriva. Togli da lì in poi, o fai mettere "
                    "una regola a chi cura il server.",
                    sign=sign,
                )
            )
    try:
        place = unicodedata.normalize("NFC", unquote(alias, errors="strict")).removeprefix("/")
    except UnicodeDecodeError:
        raise ValueError(_("I segni con % non si leggono. Scrivi le lettere come sono.")) from None
    if "%2f" in alias.lower() or re.search(r"%(?![0-9A-Fa-f]{2})", alias):
        raise ValueError(_("I segni con % non si leggono. Scrivi le lettere come sono."))
    if place != "" and any(not _is_name(name) for name in place.removesuffix("/").split("/")):
        raise ValueError(_("Usa lettere, cifre, trattini e punti."))
    return place


def _path(alias: str) -> str:
    try:
        return urlsplit(alias).path or "/"
    except ValueError:
        return "/"


def _is_name(name: str) -> bool:
    is_named = _NAME.fullmatch(name) is not None and not name.endswith(" ")
    return is_named and name.strip(".") != "" and len(name.encode()) <= _LONGEST


def file_of(alias: str) -> str:
    """The file that answers at an address such as `/vecchio/`, `/vecchio` or `/vecchio.html`; raises ValueError."""
    place = alias_place(alias)
    if place and not place.endswith("/") and "." in place.rpartition("/")[2]:
        return place
    return f"{place.rstrip('/')}/index.html".lstrip("/")


def as_requested(alias: str) -> str:
    """An alias as browsers ask for it, with signs for all letters but plain ones."""
    return "/" + quote(alias_place(alias), safe="/~+,@!()'=&$;")


def unfit_aliases(document: Document, aliases: Iterable[str]) -> Iterator[Fault]:
    """Tell the aliases that are no address of a file."""
    for index, alias in enumerate(aliases):
        try:
            alias_place(alias)
        except ValueError as error:
            what = _("L’alias «%(alias)s» non è un indirizzo di questo sito.", alias=alias)
            yield document.fault(("aliases", index), f"{what} {error} {_(_EXAMPLE)}")
