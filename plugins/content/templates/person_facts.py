"""Person facts: since when she works, in which languages and for how many, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.content.templates.formats import decimal
from plugins.domain.identity import Identity
from plugins.domain.language import ITALIAN, _, ngettext, spoken

# As an Italian says ten, twenty and so on, up to a hundred.
_TENS = (
    "una decina", "una ventina", "una trentina", "una quarantina", "una cinquantina",
    "una sessantina", "una settantina", "un’ottantina", "una novantina", "un centinaio",
)  # fmt: skip


def person_facts(identity: Identity) -> tuple[str, ...]:
    """`Dal 2019`, `italiano e inglese`, `una quarantina di clienti`: what the identity says of them, as one line."""
    said = tuple(_facts(identity))
    return (said[0][:1].upper() + said[0][1:], *said[1:]) if said else ()


def _facts(identity: Identity) -> Iterator[str]:
    if identity.since:
        yield _("dal %(year)s", year=identity.since)
    # One language is that of the page.
    if len(names := identity.language_names) > 1:
        yield _("%(languages)s e %(language)s", languages=", ".join(names[:-1]), language=names[-1])
    if identity.clients:
        yield _clients(identity.clients)


def _clients(number: int) -> str:
    if spoken() is ITALIAN and number in range(10, 101, 10):
        return f"{_TENS[number // 10 - 1]} di clienti"
    return ngettext("%(count)s cliente", "%(count)s clienti", number, count=decimal(number, 0))
