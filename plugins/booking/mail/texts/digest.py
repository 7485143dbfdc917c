"""Digest: the mail that tells the owner which mails failed; it names nobody.

The agenda has the names.
"""

from __future__ import annotations

from collections.abc import Sequence

from plugins.booking.mail.texts.contact_mails import Mail, given, mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.domain.identity import Identity
from plugins.domain.language import _


def digest_mail(
    dead: Sequence[str],
    waiting: int,
    unmailed: Sequence[str],
    links: Sequence[tuple[str, str]],
    identity: Identity,
    owner_email: str,
) -> Mail:
    """The mail to the owner alone; `dead` and `unmailed` are a line each, `waiting` mails have waited for hours."""
    letter = MailBody(
        opening=(
            _(
                "Ogni mattina il sito controlla che quanto è arrivato sia partito anche per mail. "
                "Stavolta qualcosa manca:"
            ),
        ),
        facts=given(
            (_("Non consegnabili"), "\n".join(dead)),
            (_("In attesa da più di quattro ore"), str(waiting) if waiting else None),
            (_("Senza la loro mail"), "\n".join(unmailed)),
        ),
        links=tuple(links),
        closing=(_("Conviene sentire in un altro modo chi non ha ricevuto la sua mail."),) if dead else (),
        signature=(identity.brand, identity.legal),
    )
    return mail("digest", owner_email, None, _("La posta del sito: qualcosa non è arrivato"), letter)
