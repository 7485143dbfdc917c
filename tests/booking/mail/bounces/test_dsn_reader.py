"""Delivery reports are read as what they say, whoever wrote them, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.booking.mail.bounces.bounded_parser import MOST_BYTES, parsed
from plugins.booking.mail.bounces.delivery_report import RecipientReport
from plugins.booking.mail.bounces.dsn_reader import read_report
from plugins.booking.mail.bounces.reply_reader import read_reply
from tests.booking.mail.bounces.reports import ADA, OWN_ID, exim, in_base64, in_words, qmail, reply, report, returned
from tests.cpu_time import quiet_seconds


def told(raw: bytes, recipient: str = ADA) -> RecipientReport:
    found = read_report(parsed(raw))
    assert found is not None
    assert found.message_ids == (OWN_ID,)
    of = found.of(recipient)
    assert of is not None
    return of


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (report(), "5.1.1"),
        (report(kind="text/rfc822-headers"), "5.1.1"),
        (report(kind="message/global"), "5.1.1"),
        (report().replace(b"\n", b"\r\n"), "5.1.1"),
        (in_base64(report()), "5.1.1"),
        (report().replace(b"message/delivery-status", b"message/global-delivery-status"), "5.1.1"),
        (report(status="5.0.0", diagnostic="smtp; 552 5.2.2 mailbox full"), "5.2.2"),
        (report(status="", diagnostic="smtp; 554 no"), "5.0.0"),
        (exim(), "5.2.2"),
        (qmail(), "5.1.1"),
        (in_words(), "5.1.1"),
    ],
)
def test_a_failure_has_recipient_status_and_message_id(raw: bytes, status: str) -> None:
    found = told(raw)
    assert (found.action, found.status) == ("failed", status)


@pytest.mark.parametrize("raw", [report(), report(kind="text/rfc822-headers"), exim(), qmail(), in_words()])
def test_mail_with_another_message_id_is_known_by_our_header(raw: bytes) -> None:
    renamed = re.compile(rb"(?im)^([> \t]*)message-id: " + OWN_ID.encode())
    assert renamed.search(raw)
    both = rb"\1Message-ID: <CAJ4x=other@mail.example.com>\n\1X-Maglia-Message-ID: " + OWN_ID.encode()
    assert told(renamed.sub(both, raw)).action == "failed"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_other_actions_are_told_apart_from_failures(action: str) -> None:
    assert told(report(action=action, status="4.4.1")).action == action


def test_recipient_is_known_by_its_original_address_and_capitals() -> None:
    raw = report(to="ADA.Rossi@casella.example.net", original="ada+2Bprova@Example.com")
    assert told(raw, "ada+prova@example.com").status == "5.1.1"
    assert told(raw, "ada.rossi@casella.example.net").status == "5.1.1"
    found = read_report(parsed(raw))
    assert found
    assert found.of("eva@example.com") is None


def test_reason_names_nobody() -> None:
    raw = report(diagnostic="smtp; 550 5.1.1 <{to}>: user ADA unknown, ask postmaster@example.com")
    reason = told(raw).reason(ADA)
    assert reason == "5.1.1 550 5.1.1 … user … unknown, ask …"
    long = told(report(diagnostic="smtp; 550 " + "parole " * 500)).reason(ADA)
    assert len(long) <= 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Ciao\n\nCiao\n",
        report(message_id="<altro@example.net>"),
        report().replace(b"Final-Recipient", b"X-Nobody"),
        report().replace(b"Action: failed", b"Action: exploded"),
        # Somebody's answer, who quotes a mail of ours, and an absence.
        f"From: Ada <{ADA}>\nSubject: Re: Confermato\n\n550 5.1.1 {ADA}?\n\n{returned()}".encode(),
        f"From: Ada <{ADA}>\nAuto-Submitted: auto-replied\nIn-Reply-To: {OWN_ID}\n\nSono via.\n".encode(),
        # A server that goes on trying.
        in_words(why="451 4.4.1 The delivery is delayed and will be retried"),
        # A report that somebody forwards, enclosed.
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nGuarda\n--x\nContent-Type: message/rfc822\n\n"
        + report()
        + b"\n--x--\n",
        # A receipt of reading (RFC 8098).
        report()
        .replace(b"report-type=delivery-status", b"report-type=disposition-notification")
        .replace(b"message/delivery-status", b"message/disposition-notification"),
    ],
)
def test_what_is_no_failure_of_ours_is_no_report(raw: bytes) -> None:
    assert read_report(parsed(raw)) is None


def test_report_without_the_mail_names_it_in_its_references() -> None:
    raw = exim().split(b"Content-type: message/rfc822")[0] + b"Content-type: text/plain\n\nNiente.\n"
    assert told(raw).status == "5.2.2"


_HEAD = b"From: MAILER-DAEMON@x\nContent-Type: multipart/report; boundary=x\n"
HOSTILE = {
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5_000)),
    "enclosed": b"Content-Type: message/rfc822\n\n" * 9_000,
    "many parts": _HEAD + b"\n" + b"--x\nContent-Type: message/delivery-status\n\nAction: failed\n" * 4_000,
    "many recipients": report().replace(b"Final-Recipient", b"Final-Recipient: x; a@b\nAction: failed\n\nX" * 9_000),
    "blank lines": _HEAD + b"\n--x\n\n" + b"\n" * MOST_BYTES,
    "one long line": _HEAD + b"\n--x\n\n" + b"a" * MOST_BYTES,
    "at signs": report(diagnostic="smtp; 550 5.1.1 " + "a" * MOST_BYTES),
    "addresses": b"From: postmaster@x\n\n" + b"a@" * (MOST_BYTES // 2),
    "message ids": b"From: postmaster@x\n\n" + b"Message-ID: <" * (MOST_BYTES // 13),
    "many headers": b"X: y\n" * (MOST_BYTES // 5),
    "folded": b"From: postmaster@x\nX: y\n" + b" y\n" * (MOST_BYTES // 3),
    "nul": report().replace(b"\n", b"\x00\n"),
    "surrogates": report().replace(b"ada", b"\xed\xa0\x80\xff"),
    "encodings": report().replace(b"us-ascii", b"idna\nContent-Transfer-Encoding: uu"),
    "encoded words": b"From: =?idna?b?" + b"=" * 9_000 + b"?= <postmaster@x>\n\n",
    "calendar": reply("x@y").replace(b"ATTENDEE;", b'ATTENDEE;X="' * 20_000),
    "parameters": reply("x@y").replace(b"UID:", b"UID" + b";a=b" * 50_000 + b":"),
    "header parameters": b'Content-Type: multipart/mixed; a="' + b";" * 200_000 + b"\n\nx",
    "parameter with and without parts": b"Content-Type: multipart/report; a=b; a*0=b\n\nx",
    "continued parameters": b"Content-Type: multipart/report; " + b"a*0=b;" * 40_000 + b"\n\nx",
    "charset of idna": b"Content-Type: text/calendar; charset=idna\n\nCi\xc3\xb2\n",
    "charset undefined": b"Content-Type: text/plain; charset=undefined\n\nCi\xc3\xb2\n",
    "charset of punycode": b"Content-Type: text/plain; charset=punycode\n\nCi\xc3\xb2\n",
    "charset with language": b"Content-Type: text/plain; charset*=utf-8''utf-8\n\nCi\xc3\xb2\n",
    "charset enclosed": b"Content-Type: message/rfc822\n\nContent-Type: text/plain; charset=idna\n\nCi\xc3\xb2\n",
    "charset in a status": _HEAD + b"\n--x\nContent-Type: message/delivery-status\n\n"
    b"Content-Type: text/plain; charset=idna\n\nCi\xc3\xb2\n",
    "quotes": reply("x@y").replace(b"UID:", b"UID;a=" + b'"' * 200_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_or_left_within_seconds(name: str) -> None:
    mail = HOSTILE[name]
    assert quiet_seconds(lambda: (read_report(parsed(mail)), read_reply(parsed(mail)))) < 5


@given(st.binary(max_size=2_000), st.integers(0, 3_000), st.sampled_from([report(), exim(), qmail(), reply("a@b")]))
def test_reader_takes_any_bytes(noise: bytes, at: int, mail: bytes) -> None:
    for raw in (noise, mail[:at] + noise + mail[at:], mail[:at] + noise):
        read_report(parsed(raw))
        read_reply(parsed(raw))
