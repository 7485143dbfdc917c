"""Account mails: tell the owner that an account of hers lets nobody in any more, or soon will not."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.booking.mail.texts.contact_mails import Mail, mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _

_MEANWHILE = {
    "calendar": N_(
        "Finché non lo ricolleghi, il calendario non si legge e non si scrive. Per un giorno, se non hai "
        "scelto altro, ci si fida dell’ultima lettura e le prenotazioni si confermano da sole; poi ognuna aspetta la "
        "tua conferma. Niente va perso."
    ),
    "mail": N_(
        "Finché non lo ricolleghi, la posta del sito non parte, nemmeno quella per chi prenota: aspetta, e poi "
        "parte tutta. Niente va perso."
    ),
}

_WAY_IN = N_(
    "Anche la mail per entrare nell’agenda resta ferma: se serve, chi cura il server ti fa un collegamento "
    "con il comando «agenda link»."
)


def account_dead_mail(
    provider: str, account: str, uses: Sequence[str], why: str, agenda: str, identity: Identity, owner_email: str
) -> Mail:
    """The mail that tells that an account has to be connected again, and what happens until then."""
    letter = MailBody(
        opening=(
            _("Il tuo account %(provider)s non è più collegato al sito: %(why)s.", provider=provider, why=why),
            *(_(_MEANWHILE[use]) for use in uses),
        ),
        facts=((_("Account"), account),),
        links=((_("Collegalo di nuovo"), agenda),),
        closing=(_(_WAY_IN),) if "mail" in uses else (),
        signature=(identity.brand, identity.legal),
    )
    return mail("account-dead", owner_email, None, _("%(provider)s non è più collegato", provider=provider), letter)


def account_ending_mail(
    provider: str, account: str, when: str, agenda: str, identity: Identity, owner_email: str
) -> Mail:
    """The mail that tells, before it happens, that a consent ends."""
    letter = MailBody(
        opening=(
            _("Il permesso del tuo account %(provider)s scade %(when)s.", provider=provider, when=when),
            _(
                "Di solito è perché il progetto, presso %(provider)s, è rimasto «in prova» (Testing): lì i permessi "
                "durano sette giorni. Chi cura il server lo pubblichi, come dice la guida; poi collega di nuovo "
                "l’account, e non scade più.",
                provider=provider,
            ),
        ),
        facts=((_("Account"), account),),
        links=((_("Collegalo di nuovo"), agenda),),
        signature=(identity.brand, identity.legal),
    )
    subject = _("Il collegamento con %(provider)s sta per scadere", provider=provider)
    return mail("account-ending", owner_email, None, subject, letter)


def mail_stopped_mail(why: str, agenda: str, identity: Identity, owner_email: str) -> Mail:
    """The mail that tells, by another relay, that no mail of the site goes out; `why` is for who keeps the server."""
    letter = MailBody(
        opening=(
            _(
                "La posta del sito non parte, nemmeno quella per chi prenota: aspetta, e poi parte tutta. "
                "Niente va perso."
            ),
            _("Chi cura il server trova qui il perché."),
        ),
        facts=((_("Motivo"), why),),
        links=((_("La tua agenda"), agenda),),
        closing=(_(_WAY_IN), _("Finché non è a posto, questa mail torna una volta al giorno.")),
        signature=(identity.brand, identity.legal),
    )
    return mail("mail-stopped", owner_email, None, _("La posta del sito è ferma"), letter)
