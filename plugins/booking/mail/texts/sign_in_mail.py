"""Sign-in mail: brings the one-time link that opens the agenda, and the code that does so where it was asked for."""

from __future__ import annotations

from datetime import timedelta

from plugins.booking.mail.texts.contact_mails import Mail, mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.domain.identity import Identity
from plugins.domain.language import _


def code_words(code: str) -> str:
    """A code as it is read: in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def sign_in_mail(link: str, code: str, lasts: timedelta, identity: Identity, owner_email: str) -> Mail:
    """The mail to the owner alone; `lasts` is how long link and code are good."""
    letter = MailBody(
        opening=(_("Qualcuno, forse tu, ha chiesto di entrare nella tua agenda."),),
        links=((_("Entra nell’agenda"), link),),
        closing=(
            _(
                "Se hai l’agenda come app, il collegamento si apre altrove: scrivi questo codice nella pagina in cui "
                "l’hai chiesto, e non darlo a nessuno: %(code)s",
                code=code_words(code),
            ),
            _(
                "Vale una volta sola, per %(minutes)s minuti. "
                "Se non sei stata tu non fare niente: senza questa mail non entra nessuno.",
                minutes=lasts // timedelta(minutes=1),
            ),
        ),
        signature=(identity.brand, identity.legal),
    )
    return mail("sign-in", owner_email, None, _("Il collegamento per la tua agenda"), letter)
