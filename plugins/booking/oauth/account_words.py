"""Words for the owner on her connected accounts: which, for what, why one is not connected, what to do."""

from __future__ import annotations

from collections.abc import Collection

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.operator_words import BY_ADMINISTRATOR, CLIENT_FAULTS, client_id_of
from plugins.domain.language import N_, _

PROVIDER_NAMES: dict[Provider, str] = {"google": "Google", "microsoft": "Microsoft"}
USE_NAMES: dict[Use, str] = {"calendar": N_("calendario"), "mail": N_("posta")}
_FAILED = {
    "access_denied": N_("non hai dato il consenso: se è stato uno sbaglio, riprova"),
    "wrong_state": N_("la risposta non è di questo collegamento: ricomincia da capo"),
    "expired_token": N_("il codice è scaduto prima che lo scrivessi: ricomincia da capo"),
    "invalid_grant": N_("il codice è già stato usato o è scaduto: ricomincia da capo"),
    "scopes_missing": N_("manca un permesso: ricomincia, e lascia le spunte su tutto quello che si chiede"),
    "no_refresh_token": N_("non ha dato un permesso che dura: togli Maglia dagli accessi del tuo account e ricomincia"),
    "no_account": N_("non ha detto di chi è l’account"),
}
_CLIENT = N_(
    "l’ID client non è più valido, o non è quello giusto: chi cura il server lo controlli. "
    "Poi si ricollega da sé, entro dieci minuti"
)
_DEAD = {
    "none": N_("collegalo da «I tuoi calendari»"),
    "scopes_missing": N_("il permesso che ha non basta per come va la posta adesso: collegalo di nuovo"),
    "secret_key_changed": N_(
        "la chiave segreta del server è cambiata, e il permesso non si legge più: collegalo di nuovo"
    ),
    "invalid_grant": N_("il permesso è scaduto o è stato tolto: collegalo di nuovo"),
}


def uses_in_words(uses: Collection[Use]) -> str:
    """Name uses, as `posta e calendario`."""
    return _(" e ").join(_(USE_NAMES[use]) for use in sorted(uses))


def why_not_connected(why: str, lacking: Collection[Use] = ()) -> str:
    """Say why an account could not be connected, and what to do; `lacking` are the uses that were not allowed."""
    if lacking:
        return _(
            "manca il permesso per: %(uses)s. Ricomincia, e lascia le spunte su tutto quello che si chiede",
            uses=uses_in_words(lacking),
        )
    if why in CLIENT_FAULTS:
        return _("l’ID client o il suo segreto non è quello giusto: chi cura il server lo controlli")
    if why in BY_ADMINISTRATOR:
        return _(
            "vuole un altro consenso (%(code)s): forse deve darlo chi amministra la tua organizzazione; poi riprova",
            code=why,
        )
    return _(_FAILED[why]) if why in _FAILED else _("ha rifiutato (%(code)s): riprova più tardi", code=why)


def how_long(when: str) -> str:
    """Say that a consent ends, and why."""
    return _(
        "il permesso scade %(when)s: il progetto è rimasto «in prova» (Testing). Chi cura il server lo "
        "pubblichi, poi collega di nuovo",
        when=when,
    )


def why_dead(why: str, provider: Provider) -> str:
    """Say why an account lets nobody in any more, and what to do."""
    if why == "no_client_id":
        return _("sul server manca %(name)s: chi cura il server lo imposti", name=client_id_of(provider))
    if why in CLIENT_FAULTS:
        return _(_CLIENT)
    return _(_DEAD[why]) if why in _DEAD else _("il permesso non vale più (%(code)s): collegalo di nuovo", code=why)


def why_mail_waits(why: str, provider: Provider) -> str:
    """Say that mail waits for its account, which never was connected or lets nobody in any more, and what to do."""
    if why == "none":
        return _(
            "L’account %(provider)s non è collegato per la posta: collegalo dalla pagina dei calendari. Niente va "
            "perso: la posta resta in attesa, e parte da sola entro un minuto da quando è collegato.",
            provider=PROVIDER_NAMES[provider],
        )
    return _(
        "L’account %(provider)s non è più collegato per la posta: %(why)s. Niente va perso: la posta resta in attesa, "
        "e parte da sola quando è ricollegato.",
        provider=PROVIDER_NAMES[provider],
        why=why_dead(why, provider),
    )
