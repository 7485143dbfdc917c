"""Incoming mail: a report about a mail of ours, or a reply to an invitation, becomes what the owner is told.

Whatever it is, no booking is changed by it: anybody may write a mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Engine, select

from plugins.booking.mail.bounces.bounded_parser import parsed
from plugins.booking.mail.bounces.delivery_report import DeliveryReport
from plugins.booking.mail.bounces.dsn_reader import read_report
from plugins.booking.mail.bounces.reply_reader import InvitationReply, read_reply
from plugins.booking.mail.texts.series_invitation import SUFFIX
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.bounces import mark_bounced, sent_mail
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.invitation_replies import KeptReply, keep_reply, sensible_start
from plugins.booking.storage.outbox import enqueue
from plugins.booking.storage.schema import bookings
from plugins.booking.storage.series_store import bookings_of
from plugins.content.mail_addresses import forms_of
from plugins.domain.bookings import Booking

Taken = Literal["bounce", "reply", "known"]
_log = logging.getLogger(__name__)


class IncomingMail:
    """Incoming mail of one installation; `wake` tells the delivery that mail was queued."""

    def __init__(
        self,
        engine: Engine,
        mail_composer: MailComposer,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._mail_composer = mail_composer
        self._clock = clock
        self._wake = wake

    def take(self, raw: bytes) -> Taken | None:
        """Take a mail in, and say what it was; None for whatever is not ours to read. Raises Unavailable.

        The same mail taken twice has the effect of one.
        """
        read = _read(raw)
        if isinstance(read, DeliveryReport):
            return self._take_report(read)
        return self._take_reply(read) if read else None

    def _take_report(self, report: DeliveryReport) -> Taken | None:
        with reachable(), self._engine.begin() as reader:
            mail = sent_mail(reader, report.message_ids)  # the common case costs no writer's lock
        told = report.of(mail.recipient) if mail else None
        if mail is None or told is None or told.action != "failed":
            return None
        if mail.has_bounced:
            return "known"
        reason, now = told.reason(mail.recipient), self._clock()
        self._mail_composer.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if not mark_bounced(connection, mail.id, reason, now):
                return "known"
            booking = _booking(connection, mail.about) if mail.is_to_visitor else None
            # Of a mail to the owner herself a mail would tell her nothing: the agenda and the monitor do.
            if booking and booking.start > now and mail.recipient.lower() in forms_of(booking.email):
                enqueue(connection, mail.about, self._mail_composer.about_bounce(booking, reason, now), now)
        self._wake()
        return "bounce"

    def _take_reply(self, reply: InvitationReply) -> Taken | None:
        name, _at, installation = reply.uid.partition("@")
        if installation.lower() != self._mail_composer.installation.lower():
            return None
        now = self._clock()
        self._mail_composer.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            booking = _answered(connection, name, reply, now)
            if booking is None or reply.attendee not in forms_of(booking.email):
                return None
            sequence = booking.sequence if reply.sequence is None else min(reply.sequence, booking.sequence)
            proposed = sensible_start(reply.proposed, now)
            kept = KeptReply(now, reply.answer, sequence, reply.comment, proposed)
            if not keep_reply(connection, booking.id, kept, reply.stamp):
                return "known"
            is_of_now = sequence == booking.sequence and booking.status.is_open and booking.start > now
            if is_of_now and reply.answer != "accepted":
                enqueue(connection, booking.id, self._mail_composer.about_reply(booking, kept), now)
        self._wake()
        return "reply"


def _read(raw: bytes) -> DeliveryReport | InvitationReply | None:
    try:
        mail = parsed(raw)
        return read_report(mail) or read_reply(mail)
    except Exception as error:
        # Of any kind: read again it fails again, and the mails behind it would never be read.
        _log.warning("a mail that cannot be read is left alone (%s)", type(error).__name__)
        return None


def _answered(connection: Connection, name: str, reply: InvitationReply, now: datetime) -> Booking | None:
    """The booking whose invitation is answered; of a series the date that is named, else the next one."""
    if not name.endswith(SUFFIX):
        return _booking(connection, name)
    dates = bookings_of(connection, name.removesuffix(SUFFIX))
    if reply.instance:
        named = (one for one in dates if one.series and one.series.instant() == reply.instance)
        return next(named, None)
    to_come = [one for one in dates if one.status.is_open and one.start > now]
    return min(to_come or dates, key=lambda one: one.start, default=None)


def _booking(connection: Connection, booking_id: str) -> Booking | None:
    row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
    return None if row is None else booking_of(row)
