"""Worded bounce: a report in words alone, by qmail (QSBMF), older Exim, sendmail, Exchange and Gmail.

Believed only of a mail server, with a copy of our mail's headers, the recipient named, and a refusal for good.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugins.booking.mail.bounces.bounded_parser import Parsed, header
from plugins.booking.mail.bounces.delivery_report import (
    MOST_RECIPIENTS,
    DeliveryReport,
    RecipientReport,
    address_in,
    line_with_status,
    own_ids,
    status_in,
)

_SERVER = re.compile(r"\b(?:mailer-daemon|postmaster|mail[ -]?delivery|microsoftexchange[0-9a-f]*)\b", re.IGNORECASE)
_QMAIL = re.compile(r"^\s*Hi\. This is the ")
_MESSAGE_ID = re.compile(r"(?im)^[> \t]*(?:x-maglia-)?message-id:\s*(<[^<>\s]{1,300}>)")
_BLANK = re.compile(r"\n[> \t]*\n")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[A-Za-z0-9.-]{1,255}")
_STILL_TRYING = re.compile(
    r"(?i)\b(?:delayed|will be retried|will retry|keep trying|being retried|still being|temporar|warning message)"
)


def worded_bounce(mail: Parsed, texts: Sequence[str]) -> DeliveryReport | None:
    """Read a report in words; None where it is none, or says that the server goes on trying."""
    failed = header(mail, "X-Failed-Recipients")
    text = "\n".join(texts)
    is_qmail = bool(_QMAIL.match(text))
    if not (failed or is_qmail or _SERVER.search(header(mail, "From"))):
        return None
    ids = own_ids(_MESSAGE_ID.findall(text))
    if not ids:
        return None
    own_words = _before_the_copy(text)
    status = status_in(own_words)
    if not status.startswith("5") and not failed and not is_qmail:
        return None
    if _STILL_TRYING.search(own_words) and not status.startswith("5"):
        return None
    named = [*failed.split(","), *_ADDRESS.findall(own_words)]
    addresses = list(dict.fromkeys(address for one in named if (address := address_in(one.rstrip(".")))))
    said = line_with_status(own_words)
    recipients = tuple(
        RecipientReport(frozenset({address}), "failed", status or "5.0.0", said)
        for address in addresses[:MOST_RECIPIENTS]
    )
    return DeliveryReport(ids, recipients) if recipients else None


def _before_the_copy(text: str) -> str:
    """What the server says itself: all before the headers of the mail that it quotes."""
    found = _MESSAGE_ID.search(text)
    before = text[: found.start()] if found else text
    *_, edge = [0, *(blank.start() for blank in _BLANK.finditer(before))]
    return before[:edge]
