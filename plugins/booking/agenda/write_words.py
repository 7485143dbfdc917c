"""Words for the owner on why a booking is not in her calendar, and what mends it, in the language of the site."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.booking.calendars.entries.write_refusal import Refusal
from plugins.domain.language import N_, _

_WAITING = N_("il calendario non risponde; si riprova da soli")
_WORDS: Mapping[Refusal, str] = {
    Refusal.NOT_CONNECTED: N_("l’account del calendario non è più collegato: collegalo di nuovo da qui"),
    Refusal.SWITCHED_OFF: N_("al progetto Google manca la CalDAV API: chi cura il server la attivi"),
    Refusal.LOGIN: N_("il calendario non accetta utente e password: chi cura il server li controlli"),
    Refusal.FORBIDDEN: N_("il calendario non permette di scriverci: dai a questo utente il permesso di scrivere"),
    Refusal.NO_CALENDAR: N_(
        "all’indirizzo scritto in availability.yaml non c’è un calendario: controllalo nel tuo programma di calendario"
    ),
    Refusal.NOT_WRITABLE: N_(
        "all’indirizzo scritto in availability.yaml non si può scrivere: serve quello di un calendario solo"
    ),
    Refusal.TAKEN: N_(
        "nel calendario al suo posto c’è già qualcosa che da qui non si trova: cercalo lì e toglilo, poi riprova"
    ),
    Refusal.FULL: N_("il calendario dice che non c’è più spazio: liberane nel servizio che lo ospita"),
    Refusal.NOT_ACCEPTED: N_("il calendario rifiuta la voce così com’è: chi cura il server guardi il registro"),
    Refusal.OTHER: N_("il calendario rifiuta di scriverlo: chi cura il server guardi il registro"),
}


def why(refusal: Refusal | None) -> str:
    """Say why a write failed; None where nobody has to mend anything."""
    return _(_WORDS[refusal] if refusal else _WAITING)
