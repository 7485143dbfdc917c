"""Delivery report: what became of a mail at other servers, by recipient, as a report says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from plugins.booking.mail.bounces.bounded_parser import one_line
from plugins.content.mail_addresses import forms_of

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]

MOST_RECIPIENTS = 20  # of a report; each mail of ours has one
_LONGEST_ADDRESS = 320
_LONGEST_DIAGNOSTIC = 1_000
_LONGEST_REASON = 200
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])5[0-5]\d(?![\d.])")
_WITH_AN_ADDRESS = re.compile(r"\S*@\S*")
_OWN_ID = re.compile(r"<[0-9a-f]{32}@[^\s<>@]{1,255}>")


@dataclass(frozen=True)
class RecipientReport:
    """What is reported of one recipient, known by these addresses: where the mail was sent, and where it then went."""

    addresses: frozenset[str]
    action: Action
    status: str  # RFC 3463
    diagnostic: str  # what the server said, addresses and all

    def concerns(self, recipient: str) -> bool:
        """Whether this is the one that a mail was sent to."""
        return not self.addresses.isdisjoint(forms_of(recipient))

    def reason(self, recipient: str) -> str:
        """The status and what the server said, short and without anybody's address."""
        words = _WITH_AN_ADDRESS.sub("…", one_line(self.diagnostic[:_LONGEST_DIAGNOSTIC]))
        words = words.removeprefix(self.status).strip()
        local = recipient.partition("@")[0]
        if len(local) > 2:
            words = re.sub(re.escape(local), "…", words, flags=re.IGNORECASE)
        return f"{self.status} {words}"[:_LONGEST_REASON].strip()


@dataclass(frozen=True)
class DeliveryReport:
    """The Message-IDs of the mail that it is about, as far as they can be ours, and what is said of each recipient."""

    message_ids: tuple[str, ...]
    recipients: tuple[RecipientReport, ...]

    def of(self, recipient: str) -> RecipientReport | None:
        """What it says of whom a mail was sent to; None where it speaks of others alone."""
        return next((one for one in self.recipients if one.concerns(recipient)), None)


def address_in(text: str) -> str | None:
    """Read an address, with its type before it or not; None where it is none, or longer than any."""
    kind, semicolon, rest = text.partition(";")
    address = one_line(rest if semicolon else kind).strip("<> ").lower()
    return address if "@" in address and len(address) <= _LONGEST_ADDRESS else None


def status_in(text: str) -> str:
    """Find the status in what a server said (RFC 3463), `5.0.0` where there is a refusal's code alone."""
    if found := _STATUS.search(text):
        return found[0]
    return "5.0.0" if _CODE.search(text) else ""


def line_with_status(text: str) -> str:
    """Find the line in which a server quotes a refusal; empty where there is none."""
    return next((line.strip() for line in text.splitlines() if status_in(line)), "")


def own_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Find the Message-IDs that can be ours, each once and the first few alone."""
    return tuple(dict.fromkeys(found for text in texts for found in _OWN_ID.findall(text)))[:3]
