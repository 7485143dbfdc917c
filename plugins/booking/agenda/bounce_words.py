"""Words of bounces and replies, on the agenda's pages and in a terminal alike; moments are in words already."""

from __future__ import annotations

from plugins.booking.mail.texts.bounce_mails import ANSWERS, why_bounced
from plugins.booking.storage.invitation_replies import KeptReply
from plugins.domain.language import _


def came_back(bounce: str, when: str) -> str:
    """When and why a mail came back, with the status, by which whoever keeps the server finds out more."""
    status = bounce.partition(" ")[0]
    return _("tornata indietro, %(when)s: %(why)s (%(status)s)", when=when, why=why_bounced(bounce), status=status)


def replied(reply: KeptReply, sequence: int, who: str, proposed: str | None) -> str:
    """What `who` booked answered to the invitation; the booking has by now been changed `sequence` times."""
    said = _("%(name)s %(answer)s", name=who, answer=_(ANSWERS[reply.answer]))
    if proposed:
        said = _("%(said)s: %(when)s", said=said, when=proposed)
    return said if reply.sequence >= sequence else _("%(said)s, prima dell’ultimo cambiamento", said=said)
