"""A mail as the complete bytes a relay takes (RFC 5322, RFC 2046), invitation included (RFC 6047)."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from plugins.booking.invite import ics
from plugins.booking.mails.messages import Mail

# Seven bits at most, so that no relay has to re-encode the body.
_POLICY = SMTP.clone(cte_type="7bit")
# Some versions of Python decode an encoded word and write out the line break within (CVE-2024-6923).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\\?[^?\\s]*\\?[bqBQ]\\?")


class UnsafeHeader(ValueError):
    """A header would carry what could end it; the validation of requests should have refused it before."""


def compose(mail: Mail, sender: str, brand: str, message_id: str, now: datetime) -> bytes:
    """Write a mail out; `sender` is an address, with a name or without, and then `brand` is its name."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(sender, brand)
    message["To"] = _mailbox(mail.to)
    if mail.reply_to:
        message["Reply-To"] = _mailbox(mail.reply_to)
    message["Subject"] = _safe(mail.subject)
    message["Date"] = now
    message["Message-ID"] = _safe(message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "it"
    if mail.spam_status:
        message["X-Spam-Flag"] = "YES"
        message["X-Spam-Status"] = _safe(mail.spam_status)
    message.set_content(mail.plain)
    message.add_alternative(mail.html, subtype="html")
    if mail.invitation:
        calendar = ics(mail.invitation)
        message.add_alternative(
            calendar.decode(), subtype="calendar", charset="utf-8", params={"method": mail.invitation.method}
        )
        message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    return message.as_bytes()


def address_of(mailbox: str) -> str:
    """Return the bare address of `Name <address>`."""
    return parseaddr(mailbox)[1]


def _mailbox(mailbox: str, name: str = "") -> Address:
    given, address = parseaddr(_safe(mailbox))
    return Address(display_name=_safe(given or name), addr_spec=address)


def _safe(value: str) -> str:
    if _UNSAFE.search(value):
        raise UnsafeHeader("a header would carry a control character or an encoded word")
    return value
