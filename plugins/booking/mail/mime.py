"""MIME message: a mail as the complete bytes a relay takes, invitation included.

RFC 5322, RFC 2046, and RFC 6047 for the invitation.
"""

from __future__ import annotations

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from datetime import datetime
from email.utils import format_datetime, parseaddr

from plugins.booking.mail.header_encoding import named_mailbox, text_header
from plugins.booking.mail.ics import ics
from plugins.booking.mail.texts.contact_mails import Mail, in_a_header
from plugins.content.mail_addresses import mail_address
from plugins.domain.email_address import checked_address
from plugins.domain.language import spoken

_LONGEST_LINE = 78
# Of a brand; longer words would not fit into a line of mail (RFC 5322, 2.1.1).
_LONGEST_NAME = 200
_BARE = re.compile(r"[!#-'*+/-9=?A-Z^-~-]+@[A-Za-z0-9.-]+")
# Some versions of Python decode an encoded word and write out the line break within (CVE-2024-6923).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\\?[^?\\s]*\\?[bqBQ]\\?")


class UnsafeHeader(ValueError):
    """Header injection: a header would carry what could end it; validation should have refused it before."""


def compose(mail: Mail, sender: str, brand: str, message_id: str, now: datetime) -> bytes:
    """Write a mail out; `sender` is an address, with a name or without, and then `brand` is its name."""
    headers = [mailbox_header("From", sender, in_a_header(brand)[:_LONGEST_NAME]), mailbox_header("To", mail.to)]
    if mail.reply_to:
        # A name that looks like an address would be taken for the one that is answered.
        name = "" if "@" in mail.reply_to_name else mail.reply_to_name
        headers.append(mailbox_header("Reply-To", mail.reply_to, name))
    headers += [_header("Subject", mail.subject), _plain("Date", format_datetime(now))]
    # Google and Microsoft may give another Message-ID to what is sent by their APIs: the second is in what comes back.
    headers += [_plain("Message-ID", message_id), _plain("X-Maglia-Message-ID", message_id)]
    if mail.thread:
        headers += [_plain("In-Reply-To", mail.thread), _plain("References", mail.thread)]
    # Exchange heeds the second, all others the first: nobody's absence is told to whoever was typed into a form.
    headers += [_plain("Auto-Submitted", "auto-generated"), _plain("X-Auto-Response-Suppress", "OOF, AutoReply")]
    headers.append(_plain("Content-Language", spoken().tag))
    if mail.spam_status:
        # Of a name that spam filters neither count nor drop, as they do with X-Spam-….
        headers.append(_header("X-Maglia-Spam", mail.spam_status))
    headers.append(_plain("MIME-Version", "1.0"))
    parts = [_text(mail.plain, "plain"), _text(mail.html, "html")]
    if not mail.invitation:
        return b"".join([*headers, _together("alternative", parts)])
    calendar = ics(mail.invitation)
    method = f'; method="{mail.invitation.method}"' if mail.invitation.method else ""
    words = _together("alternative", [*parts, _text(calendar.decode(), "calendar", method)])
    return b"".join([*headers, _together("mixed", [words, _file(calendar, "application/ics", "invite.ics")])])


# A booking waits for its mails, and `EmailMessage` parses each header that it writes, again and again. The headers
# are written by themselves, and the shape of the parts (RFC 2046, 5.1.1) as it is.
def _header(name: str, value: str) -> bytes:
    return text_header(name, _safe(value))


def mailbox_header(header: str, mailbox: str, name: str = "") -> bytes:
    """Write a header of one mailbox, which is called `name` where it has none; raises ValueError where it cannot be."""
    given, _ = ("", "") if _BARE.fullmatch(mailbox) else parseaddr(_safe(mailbox))
    address = address_of(mailbox)
    # Tests and development have mailboxes on this very machine.
    checked_address(f"{address}.test" if address.endswith("@localhost") else address)
    return named_mailbox(header, _safe(given or name), address)


def _plain(name: str, value: str) -> bytes:
    return f"{name}: {_safe(value)}\r\n".encode("ascii")


def _together(subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"===={secrets.token_urlsafe(18)}===="
    opening = _plain("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')
    between = f"\r\n--{boundary}\r\n".encode("ascii")
    return opening + b"".join(between + part for part in parts) + f"\r\n--{boundary}--\r\n".encode("ascii")


def _text(text: str, subtype: str, parameter: str = "") -> bytes:
    lines = text.encode().splitlines()
    plain = all(map(bytes.isascii, lines)) and max(map(len, lines), default=0) <= _LONGEST_LINE
    body = b"\r\n".join(lines) + b"\r\n"
    return (
        _plain("Content-Type", f'text/{subtype}; charset="utf-8"{parameter}')
        + _plain("Content-Transfer-Encoding", "7bit" if plain else "quoted-printable")
        + b"\r\n"
        + (body if plain else b2a_qp(body))
    )


def _file(content: bytes, kind: str, name: str) -> bytes:
    return (
        _plain("Content-Type", kind)
        + _plain("Content-Transfer-Encoding", "base64")
        + _plain("Content-Disposition", f'attachment; filename="{name}"')
        + b"\r\n"
        + encodebytes(content).replace(b"\n", b"\r\n")
    )


def address_of(mailbox: str) -> str:
    """Return the bare address of `Name <address>`, its domain in A-labels; raises ValueError where it is none."""
    address = mailbox if _BARE.fullmatch(mailbox) else parseaddr(mailbox)[1]
    return address if address.isascii() else mail_address(address)


def _safe(value: str) -> str:
    if _UNSAFE.search(value):
        raise UnsafeHeader("a header would carry a control character or an encoded word")
    return value
