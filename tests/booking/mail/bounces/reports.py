"""Delivery reports and replies as servers and calendar programs write them, about a mail of ours."""

from __future__ import annotations

from base64 import encodebytes

OWN_ID = "<0123456789abcdef0123456789abcdef@www.example.org>"
ADA = "ada@example.com"


def returned(message_id: str = OWN_ID, to: str = ADA) -> str:
    """The headers of a mail of ours."""
    return f"From: bice@example.org\nTo: {to}\nSubject: Confermato\nMessage-ID: {message_id}\nMIME-Version: 1.0\n"


def report(
    message_id: str = OWN_ID,
    to: str = ADA,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    original: str | None = None,
    kind: str = "message/rfc822",
) -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    also = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: bice@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-Id: <20270111090000.ABCDEF@mail.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_cut"

--=_cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_cut
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 4ABCDEF
Arrival-Date: Mon, 11 Jan 2027 09:00:00 +0100 (CET)

Final-Recipient: rfc822; {to}
{also}Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: {diagnostic.format(to=to)}

--=_cut
Content-Description: Undelivered Message
Content-Type: {kind}

{returned(message_id, to)}
Ciao

--=_cut--
""".encode()


def in_base64(raw: bytes) -> bytes:
    """The same report, its status encoded as some gateways do."""
    head, status, tail = _cut(raw)
    return head.replace(b"delivery-status\n\n", b"") + status + tail


def _cut(raw: bytes) -> tuple[bytes, bytes, bytes]:
    before, _, rest = raw.partition(b"Content-Type: message/delivery-status\n\n")
    status, mark, after = rest.partition(b"\n--=_cut\n")
    kind = b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
    return before, kind + encodebytes(status), mark + after


def exim(message_id: str = OWN_ID, to: str = ADA) -> bytes:
    """A report as Exim writes it: the refusal stands in the words for people alone."""
    return f"""X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example.org>
To: bice@example.org
References: {message_id}
Content-Type: multipart/report; report-type=delivery-status; boundary=1796027342-eximdsn-1245542988
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1796027342-eximdsn-1245542988
Content-type: text/plain; charset=us-ascii

The following address(es) failed:

  {to}
    550 5.2.2 <{to}>: mailbox full

--1796027342-eximdsn-1245542988
Content-type: message/delivery-status

Reporting-MTA: dns; relay.example.org

Action: failed
Final-Recipient: rfc822;{to}
Status: 5.0.0

--1796027342-eximdsn-1245542988
Content-type: message/rfc822

{returned(message_id, to)}
Ciao

--1796027342-eximdsn-1245542988--
""".encode()


def qmail(message_id: str = OWN_ID, to: str = ADA) -> bytes:
    """A report in qmail's format (QSBMF)."""
    return f"""From: MAILER-DAEMON@qmail.example.net
To: bice@example.org
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bice@example.org>
{returned(message_id, to)}
Ciao
""".encode()


def in_words(message_id: str = OWN_ID, to: str = ADA, why: str = "550 5.1.1 No such user here") -> bytes:
    """A report in words, with the headers of what it is about."""
    return f"""From: Mail Delivery Subsystem <mailer-daemon@mail.example.net>
To: bice@example.org
Subject: Delivery Status Notification (Failure)
Content-Type: text/plain; charset=UTF-8

Delivery to the following recipient failed:

     {to}

The server said: {why}

----- Original message -----

{returned(message_id, to)}
""".encode()


def reply(
    uid: str,
    attendee: str = ADA,
    partstat: str = "DECLINED",
    method: str = "REPLY",
    sequence: int = 0,
    more: str = "",
    start: str = "20270112T090000Z",
) -> bytes:
    """A reply to an invitation, as calendar programs send it (RFC 6047)."""
    return f"""From: Ada Rossi <{attendee}>
To: bice@example.org
Subject: Declined: Chiacchierata
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

Ada Rossi has replied.

--cut
Content-Type: text/calendar; charset=utf-8; method={method}
Content-Transfer-Encoding: 7bit

BEGIN:VCALENDAR
PRODID:-//Calendario//IT
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{sequence}
DTSTAMP:20270111T100000Z
DTSTART:{start}
ORGANIZER;CN="Bice: Campione":mailto:bice@example.org
ATTENDEE;CN="Ada, Rossi";ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};RSVP=TR
 UE:mailto:{attendee}
{more}SUMMARY:Chiacchierata
BEGIN:VALARM
ATTENDEE:mailto:altri@example.net
END:VALARM
END:VEVENT
END:VCALENDAR

--cut--
""".encode()
