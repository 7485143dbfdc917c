"""Contact mail: brings a message of the contact form to the owner; also `Mail` itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.content.language_names import further_language_name
from plugins.content.templates.formats import moment
from plugins.domain.base import Value
from plugins.domain.bookings import Message
from plugins.domain.catalogue import Service
from plugins.domain.identity import Identity
from plugins.domain.language import _

# A title of hers may go over several lines.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Mail(Value):
    """A mail to be sent, before it becomes MIME."""

    kind: str
    to: str
    reply_to: str | None = None
    reply_to_name: str = ""
    thread: str | None = None  # a Message-ID that no mail has: all mails of one conversation refer to it
    subject: str
    plain: str
    html: str
    invitation: Invitation | None = None
    spam_status: str | None = None


def in_a_header(words: str) -> str:
    """Words of the content as a header can carry them: in one line."""
    return _CONTROL.sub(" ", words)


def marked(mails: Iterable[Mail], spam_status: str | None) -> tuple[Mail, ...]:
    """The mails, those to the owner marked where the submission is suspect; her programs can sort by the header."""
    if spam_status is None:
        return tuple(mails)
    return tuple(
        one.model_copy(
            update={"subject": _("[Forse spam] %(subject)s", subject=one.subject), "spam_status": spam_status}
        )
        if one.kind.endswith("-owner")
        else one
        for one in mails
    )


def mail(
    kind: str,
    to: str,
    reply_to: str | None,
    subject: str,
    letter: MailBody,
    invitation: Invitation | None = None,
    reply_to_name: str = "",
    thread: str | None = None,
) -> Mail:
    """A letter in both its readings, with whom it goes to and what comes with it."""
    return Mail(
        kind=kind, to=to, reply_to=reply_to, reply_to_name=reply_to_name, subject=in_a_header(subject),
        plain=letter.plain(), html=letter.html(), invitation=invitation, thread=thread,
    )  # fmt: skip


def given(*facts: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The facts that there is something to say of."""
    return tuple((label, value) for label, value in facts if value)


def message_mails(
    message: Message, service: Service | None, identity: Identity, zone: ZoneInfo, owner_email: str
) -> tuple[Mail, ...]:
    """The mail that brings a message to the owner, who answers its writer by answering the mail."""
    letter = MailBody(
        opening=(message.message,),
        facts=given(
            (_("Nome"), message.name),
            (_("Email"), message.email),
            (_("Lingua"), further_language_name(message.language)),
            (_("Oggetto"), message.subject),
            (_("Servizio"), service.title if service else None),
            (_("Arrivato"), moment(message.created_at, zone)),
        ),
        linked=(message.email,),
        signature=(identity.brand, identity.legal),
    )
    subject = _("Messaggio dal sito: %(subject)s", subject=message.subject or message.name)
    return (mail("message-owner", owner_email, message.email, subject, letter, reply_to_name=message.name),)
