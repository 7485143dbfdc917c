"""Outdated mails: of what is told about a booking only the latest waits to be sent.

A mail that a newer one has overtaken, or that tells of what is over, is kept as a record and goes to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select, update

from plugins.booking.storage.schema import OPEN, bookings, history, holds, oauth_tokens, outbox, waiting
from plugins.domain.booking_lifecycle import Event
from plugins.domain.bookings import Status

OUTDATED = "outdated"
LINK_LASTS = timedelta(minutes=15)
_OWNER, _VISITOR = "owner", "visitor"
# What is true of a meeting whose time has passed, too.
_ENDS = (Event.CANCELLED, Event.DECLINED, Event.EXPIRED)
_OF_THE_PAST = frozenset({"follow-up", *_ENDS})
_REMINDER = "reminder-"
SERIES = "-series"  # in the kind of a mail that tells of several dates at once
_OF_SERIES = f"%{SERIES}-%"
_DIGEST = "digest"
# To who waits for time to come free: is the address hers, and what is held for her.
WAITING_ASKED, WAITING_OFFER = "waiting-asked-visitor", "waiting-offer-visitor"
# That an account lets nobody in any more, or soon will not: where mail goes by it, such a mail waits for it too.
_OF_ACCOUNTS = frozenset({"account-dead", "account-ending"})
_other = outbox.alias("other")
_TO_THE_SAME = or_(
    *(and_(_other.c.kind.like(f"%-{who}"), outbox.c.kind.like(f"%-{who}")) for who in (_OWNER, _VISITOR)),
    and_(_other.c.kind == _DIGEST, outbox.c.kind == _DIGEST),
)
_SAME_READER = and_(_other.c.about == outbox.c.about, _other.c.id != outbox.c.id, _TO_THE_SAME)
# What told of several dates of the series that the booking of a mail is one of, before that mail was written.
_SERIES_BEFORE = and_(
    _other.c.about.in_(select(bookings.c.series_id).where(bookings.c.id == outbox.c.about).correlate(outbox)),
    _other.c.kind.like(_OF_SERIES),
    _other.c.id < outbox.c.id,
    _TO_THE_SAME,
)


def readers_of(event: Event) -> tuple[str, ...]:
    """Whose mails an event outdates, whether or not it brings them another."""
    if event in {Event.DONE, Event.NO_SHOW}:
        return ()
    return (_VISITOR,) if event is Event.CORRECTED else (_OWNER, _VISITOR)


def outdate(connection: Connection, about: str, readers: Iterable[str], now: datetime) -> set[str]:
    """Withdraw what waits, or was given up with its words, of a booking's earlier mails to these readers.

    One that is on its way at this moment keeps its lease, so that the next one waits for the end of it. Returns the
    readers who have lost a mail that will not reach them any more. What tells of several dates of a series, which is
    about its first booking, outlives a change of that one alone.
    """
    return _withdraw(connection, about, readers, now, outbox.c.kind.not_like(_OF_SERIES))


def outdate_series(
    connection: Connection, series_id: str, changed: Iterable[str], readers: Iterable[str], now: datetime
) -> set[str]:
    """Withdraw, as `outdate` does, the mails about several dates of a series of which each has `changed` again.

    Or is called off by now, where the mail does not say just that.
    """
    to_tell = or_(OPEN, *(outbox.c.kind.like(f"{event}{SERIES}-%") for event in _ENDS))
    other = select(history.c.id).join(bookings, bookings.c.id == history.c.booking_id)
    other = other.where(bookings.c.series_id == series_id, bookings.c.id.not_in(list(changed)), to_tell)
    other = other.where(history.c.in_series, history.c.at == outbox.c.created_at).correlate(outbox)
    return _withdraw(connection, series_id, readers, now, outbox.c.kind.like(_OF_SERIES), ~other.exists())


def _withdraw(
    connection: Connection, about: str, readers: Iterable[str], now: datetime, *which: ColumnElement[bool]
) -> set[str]:
    lost = set()
    unsent = (outbox.c.about == about, outbox.c.state.in_(["pending", "dead"]), outbox.c.mime != b"", *which)
    for who in readers:
        own = update(outbox).where(*unsent, outbox.c.kind.like(f"%-{who}"))
        withdrawn = own.values(state=OUTDATED, settled_at=now).returning(outbox.c.lease, outbox.c.next_at)
        if any(row.lease is None or row.next_at <= now for row in connection.execute(withdrawn).all()):
            lost.add(who)
    return lost


def is_held_back(now: datetime) -> ColumnElement[bool]:
    """Whether a mail has to wait for another of its booking to the same reader: one that is on its way, or, where it is
    a reminder, which brings no invitation, for what was to be told before it. A digest waits for the one before, and
    so does whatever is about a series or one of its dates for what tells of several of them: no calendar program knows
    what to do with the change of one date before it has the series.
    """
    on_its_way = and_(_other.c.lease.is_not(None), _other.c.next_at > now)
    first = or_(
        and_(outbox.c.kind.like(f"{_REMINDER}%"), _other.c.kind.not_like(f"{_REMINDER}%")),
        and_(outbox.c.kind == _DIGEST, _other.c.id < outbox.c.id),
    )
    waits = _other.c.state == "pending"
    same = and_(_SAME_READER, or_(on_its_way, and_(waits, first)))
    return exists().where(or_(same, and_(_SERIES_BEFORE, waits)))


def is_overtaken() -> ColumnElement[bool]:
    """Whether a mail that was given up may not be sent any more: a later one was, or its link is no longer good."""
    later = exists().where(_SAME_READER, _other.c.state == "sent", _other.c.id > outbox.c.id)
    return or_(later, outbox.c.kind == "sign-in")


def let_lapse(connection: Connection, mail: Row[Any], now: datetime) -> bool:
    """Withdraw a mail that tells of what is over; say whether it does."""
    if not _has_lapsed(connection, mail, now):
        return False
    over = {"state": OUTDATED, "mime": b"", "lease": None, "settled_at": now}
    connection.execute(update(outbox).where(outbox.c.id == mail.id).values(over))
    return True


def _has_lapsed(connection: Connection, mail: Row[Any], now: datetime) -> bool:
    """Whether what a mail tells is over: what has begun or ended, an old link, an account that is well again."""
    if mail.kind == "sign-in":
        return bool(mail.created_at + LINK_LASTS <= now)
    if mail.kind in _OF_ACCOUNTS:
        return connection.execute(select(oauth_tokens.c.id).where(oauth_tokens.c.told.is_not(None))).first() is None
    if mail.kind in {WAITING_ASKED, WAITING_OFFER}:
        return not _waits(connection, mail.about, mail.kind, now)
    event, _, who = mail.kind.rpartition("-")
    if event != "reminder" and (who != _VISITOR or event.removesuffix(SERIES) in _OF_THE_PAST):
        return False
    named = bookings.c.id == mail.about
    if event.endswith(SERIES):
        named = bookings.c.series_id == mail.about
    query = select(bookings.c.start, bookings.c.end, bookings.c.status).where(named)
    booking = connection.execute(query.order_by(bookings.c.end.desc()).limit(1)).one_or_none()
    if booking is None:
        return False
    over = booking.start if event == "reminder" else booking.end
    return bool(Status(booking.status).holds_time and over <= now)


def _waits(connection: Connection, about: str, kind: str, now: datetime) -> bool:
    """Whether somebody is still to confirm that she waits, or has still the time held that she is told of."""
    query = select(waiting.c.id).where(waiting.c.id == about)
    if kind == WAITING_OFFER:
        query = query.join(holds, holds.c.id == waiting.c.hold_id).where(holds.c.expires_at > now)
    return connection.execute(query).first() is not None
