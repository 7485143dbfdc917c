"""Unit failure mail: tells the owner that something on her server has stopped, and where to look."""

from __future__ import annotations

from plugins.booking.mail.texts.contact_mails import Mail, mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.domain.language import _


def unit_failure_mail(unit: str, machine: str, owner_email: str) -> Mail:
    """The mail to the owner, for whoever keeps her server."""
    letter = MailBody(
        opening=(
            _("Sul server qualcosa si è fermato. Chi lo cura trova il perché con questo comando."),
            f"journalctl -u {unit} -n 50",
        ),
        facts=((_("Unità"), unit), (_("Server"), machine)),
        closing=(_("Fino a domani questa mail non si ripete, anche se succede ancora."),),
    )
    return mail("unit-failure", owner_email, None, _("Sul server si è fermato %(unit)s", unit=unit), letter)
