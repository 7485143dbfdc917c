"""A mail as the complete bytes a relay takes (RFC 5322, RFC 2046), invitation included (RFC 6047)."""

from __future__ import annotations

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from email.utils import parseaddr

from plugins.booking.invite import ics
from plugins.booking.mails.messages import Mail

# Seven bits at most, so that no relay has to re-encode the body.
_POLICY = SMTP.clone(cte_type="7bit")
# The parts hold nothing in their headers but what is written here: by the older policy, which does not parse each
# header again and again, they take a fifth of the time, and a booking waits for its mails.
_PARTS = compat32.clone(linesep="\r\n")
_LONGEST_LINE = 78
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
    message["MIME-Version"] = "1.0"
    body = _together("alternative", _text(mail.plain, "plain"), _text(mail.html, "html"))
    if mail.invitation:
        calendar = ics(mail.invitation)
        body.attach(_text(calendar.decode(), "calendar", method=mail.invitation.method))
        body = _together("mixed", body, _file(calendar, "ics", "invite.ics"))
    # The empty line after the headers comes after those of the body.
    return message.as_bytes().removesuffix(b"\r\n") + body.as_bytes(policy=_PARTS)


def _together(subtype: str, *parts: Message) -> Message:
    message = Message()
    message.add_header("Content-Type", f"multipart/{subtype}", boundary=f"===={secrets.token_urlsafe(18)}====")
    for part in parts:
        message.attach(part)
    return message


def _text(text: str, subtype: str, method: str | None = None) -> Message:
    lines = text.encode().splitlines()
    body = b"\n".join(lines) + b"\n"
    plain = body.isascii() and max(map(len, lines), default=0) <= _LONGEST_LINE
    part = Message()
    part.add_header("Content-Type", f"text/{subtype}", charset="utf-8", **({"method": method} if method else {}))
    part["Content-Transfer-Encoding"] = "7bit" if plain else "quoted-printable"
    part.set_payload((body if plain else b2a_qp(body)).decode("ascii"))
    return part


def _file(content: bytes, subtype: str, name: str) -> Message:
    part = Message()
    part["Content-Type"] = f"application/{subtype}"
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=name)
    part.set_payload(encodebytes(content).decode("ascii"))
    return part


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
