"""Person facts: since when she works, in which languages and for how many, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.content.templates.formats import decimal
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _, ngettext

# As a person says it; of other numbers the number.
_TENS = {
    10: N_("una decina di clienti"),
    20: N_("una ventina di clienti"),
    30: N_("una trentina di clienti"),
    40: N_("una quarantina di clienti"),
    50: N_("una cinquantina di clienti"),
    60: N_("una sessantina di clienti"),
    70: N_("una settantina di clienti"),
    80: N_("un’ottantina di clienti"),
    90: N_("una novantina di clienti"),
    100: N_("un centinaio di clienti"),
}


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
    if identity.clients in _TENS:
        yield _(_TENS[identity.clients])
    elif identity.clients:
        yield ngettext("%(count)s cliente", "%(count)s clienti", identity.clients, count=decimal(identity.clients, 0))
