"""Words for the owner on her connected accounts: which, for what, why one is not connected, what to do."""

from __future__ import annotations

from collections.abc import Collection

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.connected_accounts import CLIENT_FAULTS
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
    "not_pasted": N_("non hai incollato l’indirizzo a cui è arrivato il browser: ricomincia da capo"),
    "no_account": N_("non ha detto di chi è l’account"),
}
# Entra ID, where the organisation lets nobody consent for herself.
_BY_ADMINISTRATOR = {"consent_required", "interaction_required", "admin_consent_required"}
_CLIENT = N_(
    "l’ID client non è più valido, o non è quello giusto: chi cura il server lo controlli. "
    "Poi si ricollega da sé, entro dieci minuti"
)
_DEAD = {
    "none": N_("non è collegato"),
    "no_client_id": N_("sul server manca l’ID client: chi cura il server lo rimetta"),
    "secret_key_changed": N_(
        "la chiave segreta del server è cambiata, e il permesso non si legge più: collegalo di nuovo"
    ),
    "invalid_grant": N_("il permesso è scaduto o è stato tolto: collegalo di nuovo"),
}


def uses_in_words(uses: Collection[Use]) -> str:
    """Name uses, as `posta e calendario`."""
    return _(" e ").join(_(USE_NAMES[use]) for use in sorted(uses))


def why_not_connected(why: str) -> str:
    """Say why an account could not be connected, and what to do."""
    if why in CLIENT_FAULTS:
        return _("l’ID client o il suo segreto non è quello giusto: chi cura il server lo controlli")
    if why in _BY_ADMINISTRATOR:
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


def why_dead(why: str) -> str:
    """Say why an account lets nobody in any more, and what to do."""
    if why in CLIENT_FAULTS:
        return _(_CLIENT)
    return _(_DEAD[why]) if why in _DEAD else _("il permesso non vale più (%(code)s): collegalo di nuovo", code=why)
