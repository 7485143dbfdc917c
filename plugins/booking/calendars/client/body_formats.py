"""Format of a body that is no iCalendar: a web page, a page to sign in, JSON, nothing at all."""

from __future__ import annotations

import re

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Reply

_LOOKED_AT = 200_000
_SIGN_IN = re.compile(rb"type\s*=\s*[\"']?password|/(?:servicelogin|signin|login)\b", re.IGNORECASE)
_FORMATS = (
    (re.compile(rb"BEGIN:VCARD", re.IGNORECASE), "vCard"),
    (re.compile(rb"[\[{]"), "JSON"),
    (re.compile(rb"<"), "XML"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"PK\x03\x04"), "ZIP"),
)


def calendar_text(reply: Reply) -> bytes:
    """Return the body of an answer that may be an iCalendar; raises Unanswered saying what else it is."""
    begins = reply.body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if not begins:
        raise Unanswered("its answer is empty", Reason.EMPTY)
    if b"BEGIN:VCALENDAR" in reply.body[:_LOOKED_AT].upper():
        return reply.body
    head = begins[:1000].lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head or b"<!doctype html" in head:
        if _SIGN_IN.search(begins):
            raise Unanswered("it answers with a page to sign in", Reason.SIGN_IN_PAGE, host=reply.host)
        raise Unanswered("it answers with a web page", Reason.WEB_PAGE)
    for pattern, name in _FORMATS:
        if pattern.match(begins):
            raise Unanswered(f"this is no iCalendar, but {name}", Reason.NOT_ICALENDAR, format=name)
    return reply.body
