"""The mail with the link that opens the agenda."""

from __future__ import annotations

from datetime import timedelta

from plugins.booking.mails.letters import Letter
from plugins.booking.mails.messages import Mail, mail
from plugins.domain.identity import Identity


def sign_in_mail(link: str, lasts: timedelta, identity: Identity, owner_email: str) -> Mail:
    """The mail to the owner alone; `lasts` is how long the link is good."""
    letter = Letter(
        opening=("Qualcuno, forse tu, ha chiesto di entrare nella tua agenda.",),
        links=(("Entra nell’agenda", link),),
        closing=(
            f"Vale una volta sola, per {lasts // timedelta(minutes=1)} minuti. "
            "Se non sei stata tu non fare niente: senza questa mail non entra nessuno.",
        ),
        signature=(identity.brand, identity.legal),
    )
    return mail("sign-in", owner_email, None, "Il collegamento per la tua agenda", letter)
