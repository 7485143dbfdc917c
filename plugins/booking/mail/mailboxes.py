"""Mailboxes of the settings (`Name <address>`), as mail headers can carry them."""

from __future__ import annotations

import re
from email.utils import quote, unquote

from plugins.booking.mail.mime import mailbox_header
from plugins.content.mail_addresses import mail_address
from plugins.domain.email_address import checked_address

_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<inside>[^<>]*)>|(?P<alone>[^<>]*)")
_SPECIAL = re.compile(r'[()\[\]:;@\\,"]')


def mailbox(text: str) -> str | None:
    """Read a mailbox, its domain in A-labels, None where there is none; ValueError where no mail could carry it."""
    if not text:
        return None
    found = _MAILBOX.fullmatch(text)
    if not found or not text.isprintable():
        raise ValueError("is not an email address")
    name, address = unquote((found["name"] or "").strip()), (found["inside"] or found["alone"] or "").strip()
    try:
        address = _local(address) or mail_address(address)
        whole = f"{_phrase(name)} <{address}>" if name else address
        mailbox_header("From", whole)
    except ValueError:
        raise ValueError(
            "is not an email address that mail can carry: before the @ there may be letters without accents, digits"
            " and signs, with no dot at an end nor two in a row"
        ) from None
    return whole


def _local(address: str) -> str | None:
    """An address on this very machine, as tests and development have it."""
    local, _, host = address.rpartition("@")
    return address if host == "localhost" and checked_address(f"{local}@localhost.test") else None


def _phrase(name: str) -> str:
    return f'"{quote(name)}"' if _SPECIAL.search(name) else name
