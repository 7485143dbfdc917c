"""Follow-up checks: mails after a meeting that have no words, and words that never go out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document, Location
from plugins.content.hours_checks import listed
from plugins.domain.language import N_, _

_THANKS = N_("follow_up_text: Grazie della chiacchierata.")
_TEXTS = ("follow_up_text", "no_show_text")


def follow_up_faults(document: Document) -> Iterator[Fault]:
    """Tell where only the time or only the words of a mail after a meeting are said."""
    values = document.values
    meetings = [(("meetings", index), one) for index, one in enumerate(listed(values.get("meetings")))]
    scopes: list[tuple[Location, Any]] = [((), values), *meetings]
    told = [(place, one) for place, one in scopes if isinstance(one, dict)]
    for place, one in told:
        # What is said for all counts for each, and what is said for one is enough for all of them to be of use.
        around = [values, one] if place else [scope for _place, scope in told]
        if "follow_up" in one and not any(_is_said(key, around) for key in _TEXTS):
            what = _("Manca che cosa scrivere dopo l’incontro.")
            example = _("Esempio: %(example)s", example=_(_THANKS))
            yield document.fault((*place, "follow_up"), f"{what} {example}")
        if one.get("testimonials") is True and not all(_is_said(key, around) for key in ("follow_up", _TEXTS[0])):
            what = _(
                "Le parole dei clienti si chiedono nella mail dopo l’incontro, che così non parte: servono follow_up "
                "e follow_up_text. Esempio: follow_up: 1d"
            )
            yield document.fault((*place, "testimonials"), what)
        for key in _TEXTS:
            if key in one and not _is_said("follow_up", around):
                what = _("Questo testo non parte mai: di’ quanto dopo l’incontro. Esempio: follow_up: 1d")
                yield document.fault((*place, key), what)


def _is_said(key: str, around: list[dict[str, Any]]) -> bool:
    return any(key in scope for scope in around)
