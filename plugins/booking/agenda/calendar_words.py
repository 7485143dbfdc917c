"""Words for the owner on why a calendar gave no usable answer, in the language of the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from plugins.booking.calendars.address_settings import variable_of
from plugins.booking.calendars.client.calendar_error import Reason, read_stored
from plugins.booking.calendars.sources import Source
from plugins.booking.oauth.account_words import why_dead
from plugins.domain.calendar_id import PRIMARY, AccountProvider
from plugins.domain.language import N_, _, ngettext

_PROVIDERS: Mapping[AccountProvider, str] = {"google": "Google", "microsoft": "Microsoft 365"}
_WORDS: Mapping[Reason, str] = {
    Reason.OTHER: N_("non si è lasciato leggere; il perché sta nel registro del server"),
    Reason.SLOW: N_("non ha risposto entro %(seconds)s secondi"),
    Reason.CONNECTION: N_("il collegamento non è riuscito"),
    Reason.UNKNOWN_HOST: N_("il nome del server non esiste: controlla com’è scritto"),
    Reason.CERTIFICATE: N_("il certificato del server non è valido"),
    Reason.TOO_LONG: N_("la sua risposta è troppo lunga: oltre %(bytes)s byte"),
    Reason.TOO_MANY: N_("ha lasciato fuori dalla risposta una parte degli eventi"),
    Reason.CUT_SHORT: N_("la sua risposta si è interrotta a metà"),
    Reason.COMPRESSION: N_("risponde in una compressione che qui non si legge (%(coding)s)"),
    Reason.MOVED: N_("risponde da un altro indirizzo: %(to)s. Scrivi quello"),
    Reason.MOVED_UNSAFELY: N_("rimanda a un indirizzo che non è https, su %(to)s"),
    Reason.MOVED_HERE: N_("rimanda a questo stesso server, e lì non si va"),
    Reason.MOVED_IN_CIRCLES: N_("rimanda da un indirizzo all’altro senza fine"),
    Reason.LOGIN_REFUSED: N_("non accetta utente e password"),
    Reason.LOGIN_WANTED: N_(
        "vuole utente e password: chi cura il server li conserva, e qui si nominano in credentials"
    ),
    Reason.LOGIN_UNKNOWN: N_(
        "vuole un accesso che con un indirizzo non si fa (%(scheme)s). Se è di Google o Microsoft scrivi google o "
        "microsoft al suo posto; se no usa il suo indirizzo segreto in formato iCal"
    ),
    Reason.LOGIN_MISSING: N_("sul server manca %(variable)s, con utente e password: chiedi a chi lo cura"),
    Reason.NOT_CONNECTED: N_("l’account non è collegato"),
    Reason.NO_SCOPE: N_(
        "l’account è collegato senza il permesso sui calendari: collegalo di nuovo, e spunta quella casella"
    ),
    Reason.SWITCHED_OFF: N_("al progetto Google manca la CalDAV API: chi cura il server la attivi"),
    Reason.NO_TOKEN_NOW: N_("chi tiene l’account non risponde a chi entra; si riprova da soli"),
    Reason.ADDRESS_MISSING: N_(
        "sul server %(variable)s manca, o non contiene un indirizzo che comincia con https://: chiedi a chi lo cura"
    ),
    Reason.FORBIDDEN: N_("non permette di leggerlo"),
    Reason.NOT_THERE: N_("a questo indirizzo non c’è nessun calendario"),
    Reason.BUSY_SERVER: N_("il server dice che gli si chiede troppo spesso"),
    Reason.SERVER_ERROR: N_("il server ha un guasto (%(status)s)"),
    Reason.STATUS: N_("risponde in un modo che non si capisce (%(status)s)"),
    Reason.EMPTY: N_("la risposta è vuota"),
    Reason.SIGN_IN_PAGE: N_(
        "risponde una pagina in cui entrare con la password (%(host)s): serve l’indirizzo segreto in formato iCal"
    ),
    Reason.WEB_PAGE: N_("risponde una pagina web, non un calendario: serve l’indirizzo segreto in formato iCal"),
    Reason.NOT_ICALENDAR: N_("quello che risponde non è un calendario"),
    Reason.NOT_CALDAV: N_("quello che risponde non è di un calendario CalDAV"),
    Reason.NO_CALENDAR: N_("a questo indirizzo non c’è un calendario"),
    Reason.NO_EVENTS: N_("a questo indirizzo ci sono solo cose da fare, e non impegni"),
}


def told(stored: str, provider: AccountProvider | None = None) -> str:
    """Say what the database keeps of an error, of an account's calendar with where its id is found.

    Words of an earlier version are said as they are.
    """
    found = read_stored(stored)
    if found is None:
        return stored
    reason, values = found
    calendars = values.get("calendars") or []
    if provider and reason is Reason.NOT_CONNECTED:
        code = str(values.get("why", "none"))
        return f"{_(_WORDS[reason])}: {_('collegalo da questa pagina') if code == 'none' else why_dead(code, provider)}"
    if provider and reason is Reason.NOT_THERE and not calendars:
        return _(
            "in questo account non c’è un calendario con quell’ID: chi cura il server li trova con "
            "`calendars %(provider)s`",
            provider=provider,
        )
    if calendars:
        return f"{_(_WORDS[reason])}. {_named(calendars)}"
    try:
        return _(_WORDS[reason]) % values
    except (KeyError, TypeError, ValueError):
        return _(_WORDS[Reason.OTHER])


def _named(calendars: list[Mapping[str, Any]]) -> str:
    names = ", ".join(_("«%(name)s» (%(address)s)", name=one["name"], address=one["address"]) for one in calendars)
    return ngettext(
        "Da qui se ne trova uno: %(names)s. Scrivi il suo indirizzo",
        "Da qui se ne trovano %(number)s: %(names)s. Scrivi l’indirizzo di quello giusto",
        len(calendars),
        names=names,
    )


def named(source: Source) -> str:
    """Return what may be shown of where a calendar is: the rest of an address is a secret."""
    if source.provider is None:
        return variable_of(source.address) or urlsplit(source.address).hostname or ""
    calendar = source.address.partition(":")[2]
    if calendar == PRIMARY:
        return _("%(provider)s, il calendario principale", provider=_PROVIDERS[source.provider])
    # An id of Microsoft's says nothing to anybody.
    which = calendar if "@" in calendar else _("un altro calendario")
    return f"{_PROVIDERS[source.provider]}, {which}"
