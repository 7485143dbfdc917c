"""DSN reader: delivery status notifications (RFC 3464, RFC 6522), and what older servers write in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from plugins.booking.mail.bounces.bounded_parser import Parsed, enclosed, header, parts_of, text_of
from plugins.booking.mail.bounces.delivery_report import (
    MOST_RECIPIENTS,
    Action,
    DeliveryReport,
    RecipientReport,
    address_in,
    line_with_status,
    own_ids,
    status_in,
)
from plugins.booking.mail.bounces.worded_bounce import worded_bounce

_STATUSES = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
_ACTIONS: dict[str, Action] = {action: action for action in get_args(Action)}
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,60})[ \t]*:(.*)$")
_MESSAGE_ID = re.compile(r"(?im)^[> \t]*(?:x-maglia-)?message-id:\s*(<[^<>\s]{1,300}>)")
_XTEXT = re.compile(r"\+([0-9A-Fa-f]{2})")


def read_report(mail: Parsed | None) -> DeliveryReport | None:
    """Read a mail as a delivery report; None where it is none, or about no mail that can be ours."""
    if mail is None:
        return None
    parts = list(parts_of(mail))
    statuses = [part for part in parts if part.get_content_type() in _STATUSES]
    if not statuses:
        return worded_bounce(mail, [text_of(part) for part in parts if part.get_content_maintype() == "text"])
    ids = own_ids(_returned_ids(mail, parts))
    words = next((text_of(part) for part in parts if part.get_content_type() == "text/plain"), "")
    recipients = [one for part in statuses for one in _recipients(text_of(part), words)]
    return DeliveryReport(ids, tuple(recipients[:MOST_RECIPIENTS])) if ids and recipients else None


def _returned_ids(mail: Parsed, parts: list[Parsed]) -> Iterator[str]:
    """Where the Message-ID of the mail it is about may stand, the surest place first."""
    for part in parts:
        if part.get_content_type() in _RETURNED:
            if inner := enclosed(part):
                yield header(inner[0], "Message-ID")
                yield header(inner[0], "X-Maglia-Message-ID")
            else:
                yield from _MESSAGE_ID.findall(text_of(part))
    for part in parts:
        if part.get_content_maintype() == "text":
            yield from _MESSAGE_ID.findall(text_of(part))
    # Nothing was returned: as in an answer.
    yield header(mail, "In-Reply-To")
    yield header(mail, "References")


def _recipients(text: str, words: str) -> Iterator[RecipientReport]:
    """What is said of each; `words` are those for people, where some servers alone quote the refusal (Exim)."""
    for block in re.split(r"(?:\n[ \t]*){2,}", text.replace("\r\n", "\n").replace("\r", "\n"))[: 2 * MOST_RECIPIENTS]:
        fields = _fields(block)
        action = _ACTIONS.get(fields.get("action", "").split(" ")[0].lower())
        named = (fields.get("final-recipient", ""), _XTEXT.sub(_letter, fields.get("original-recipient", "")))
        addresses = frozenset(address for one in named if (address := address_in(one)))
        if action is None or not addresses:
            continue
        diagnostic = fields.get("diagnostic-code", "")
        kind, semicolon, rest = diagnostic.partition(";")
        said = rest.strip() if semicolon and " " not in kind.strip() else diagnostic
        said = said or line_with_status(words)
        status = status_in(fields.get("status", ""))
        if not status or status.endswith(".0.0"):
            status = status_in(said) or status
        yield RecipientReport(addresses, action, status, said)


def _fields(block: str) -> dict[str, str]:
    """The fields of a block, their names in small letters; of one that comes twice the first."""
    found: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line[:1] in {" ", "\t"} and name:
            found[name] = f"{found[name]} {line.strip()}"
        elif (field := _FIELD.match(line)) and (name := field[1].lower()) not in found:
            found[name] = field[2].strip()
        else:
            name = ""
    return found


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
