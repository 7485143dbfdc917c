"""Replies to invitations are read as what they say."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime

import pytest

from plugins.booking.mail.bounces.bounded_parser import parsed
from plugins.booking.mail.bounces.reply_reader import InvitationReply, read_reply
from tests.booking.mail.bounces.reports import ADA, reply, report

UID = "0123456789abcdef0123456789abcdef@abc.www.example.org"


@pytest.mark.parametrize("answer", ["accepted", "declined", "tentative"])
def test_answer_is_that_of_the_one_invited(answer: str) -> None:
    raw = reply(UID, partstat=answer.upper(), sequence=3)
    assert read_reply(parsed(raw)) == InvitationReply(UID, ADA, answer, 3, stamp="20270111T100000Z")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "proposed"),
    [
        ("20270112T090000Z", datetime(2027, 1, 12, 9, tzinfo=UTC)),
        ("20270112T090000", None),
        ("20270112", None),
        ("20271399T990000Z", None),
    ],
)
def test_a_counter_has_the_start_it_proposes(start: str, proposed: datetime | None) -> None:
    found = read_reply(parsed(reply(UID, method="COUNTER", partstat="TENTATIVE", start=start)))
    assert found
    assert (found.answer, found.proposed) == ("counter", proposed)


def test_a_start_on_a_zones_clock_is_an_instant() -> None:
    raw = reply(UID, method="COUNTER").replace(b"DTSTART:20270112T090000Z", b"DTSTART;TZID=Europe/Rome:20270712T090000")
    found = read_reply(parsed(raw))
    assert found
    assert found.proposed == datetime(2027, 7, 12, 7, tzinfo=UTC)
    odd = read_reply(parsed(raw.replace(b"Europe/Rome", b"../../etc/passwd")))
    assert odd
    assert odd.proposed is None


def test_the_comment_is_one_short_line() -> None:
    found = read_reply(parsed(reply(UID, more="COMMENT:Sono via\\, scusa\\nA presto\n")))
    assert found
    assert found.comment == "Sono via, scusa A presto"
    long = read_reply(parsed(reply(UID, more=f"COMMENT:{'parola ' * 500}\n")))
    assert long
    assert long.comment
    assert len(long.comment) <= 500


def test_a_reply_in_base64_or_as_a_file_is_read() -> None:
    raw = reply(UID)
    head, _, rest = raw.partition(b"BEGIN:VCALENDAR")
    body, _, tail = rest.partition(b"\n--cut--")
    encoded = encodebytes(b"BEGIN:VCALENDAR" + body.replace(b"\n", b"\r\n"))
    found = read_reply(parsed(head.replace(b"7bit", b"base64") + encoded + b"\n--cut--" + tail))
    assert found
    assert found.answer == "declined"
    as_file = raw.replace(b"text/calendar; charset=utf-8; method=REPLY", b"application/ics; name=reply.ics")
    found = read_reply(parsed(as_file))
    assert found
    assert found.answer == "declined"


@pytest.mark.parametrize("charset", [b"charset=idna", b"charset=undefined", b"charset*=utf-8''utf-8"])
def test_the_charset_that_a_reply_names_hinders_nobody(charset: bytes) -> None:
    raw = reply(UID, more="COMMENT:Però no\n").replace(b"charset=utf-8; method", charset + b"; method")
    found = read_reply(parsed(raw))
    assert found
    assert found.comment == "Però no"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        report(),
        reply(UID, method="REQUEST"),
        reply(UID, partstat="NEEDS-ACTION"),
        reply(UID, partstat="DELEGATED"),
        reply(UID).replace(b"UID:", b"X-UID:"),
        reply(UID).replace(b"METHOD:REPLY", b"X-METHOD:REPLY"),
    ],
)
def test_what_is_no_answer_is_no_reply(raw: bytes) -> None:
    assert read_reply(parsed(raw)) is None
