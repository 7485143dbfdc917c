"""Mail quota: three mails a day to an unconfirmed address, whoever asks.

So the forms are no weapon.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, func, insert, literal_column, or_, select

from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.outdated_mails import OUTDATED, WAITING_OFFER
from plugins.booking.storage.schema import bookings, history, outbox
from plugins.content.mail_addresses import forms_of
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Status

MOST, SPAN = 3, timedelta(days=1)
# What a mail that was not sent is, in the outbox: it is told in the agenda, and no words of it are kept.
WITHHELD = "withheld"
# What one is that was sent, and came back.
BOUNCED = "bounced"
# A request turned down says nothing for whoever's address it bears.
_AGREED = tuple(one.value for one in (Event.BOOKED, Event.APPROVED, Event.RESCHEDULED, Event.CORRECTED))
_LATELY = (
    select(func.count())
    .select_from(outbox)
    .where(
        func.lower(outbox.c.recipient) == bindparam("address"),
        outbox.c.created_at > bindparam("since"),
        outbox.c.state.not_in([literal_column(f"'{WITHHELD}'"), literal_column(f"'{OUTDATED}'")]),
        # Which only those get who have confirmed their address, and whose number has a limit of its own.
        outbox.c.kind != literal_column(f"'{WAITING_OFFER}'"),
    )
)


def enqueue_for(
    connection: Connection,
    about: str,
    envelopes: Iterable[Envelope],
    actor: Actor,
    now: datetime,
    in_place_of: Container[str] = (),
) -> None:
    """Add the mails that a change brings, as `enqueue` does; of a visitor's own change those past the limit are noted.

    The owner's mail always goes, and so does what she has the visitor told. So does a mail `in_place_of` one to the
    same reader that was withdrawn unsent: else she would have neither. What time brings goes where the mail
    before it did: whoever was not told of a booking is not told of its end.
    """
    going: list[Envelope] = []
    for envelope in envelopes:
        hers = envelope.kind.endswith("-visitor")
        is_counted = actor is Actor.VISITOR and hers and "visitor" not in in_place_of
        too_many = is_counted and is_enough(connection, envelope.recipient, now, going)
        if too_many or (actor is Actor.TIME and hers and last_mail(connection, about) == WITHHELD):
            _withhold(connection, about, envelope, now)
        else:
            going.append(envelope)
    enqueue(connection, about, going, now)


def last_mail(connection: Connection, about: str) -> str | None:
    """The state of the last mail to the visitor about something, as the outbox has it, or that it has bounced; None
    where none is kept.
    """
    hers = (outbox.c.about == about, outbox.c.kind.like("%-visitor"))
    last = (
        select(outbox.c.state, outbox.c.bounced_at)
        .where(*hers)
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        .limit(1)
    )
    row = connection.execute(last).one_or_none()
    if row is None:
        return None
    state: str = BOUNCED if row.bounced_at else row.state
    return state


def is_enough(connection: Connection, address: str, now: datetime, going: Iterable[Envelope] = ()) -> bool:
    """Say whether an address nobody vouches for has had its mails of the day, with those that are `going` now."""
    address = address.lower()
    count: int = connection.execute(_LATELY, {"address": address, "since": now - SPAN}).scalar_one()
    count += sum(one.recipient.lower() == address for one in going)
    return count >= MOST and not _is_known(connection, address)


def _is_known(connection: Connection, address: str) -> bool:
    """Whether the owner has vouched for whoever has an address: met her, or agreed to one of her bookings."""
    hers = exists().where(
        history.c.booking_id == bookings.c.id, history.c.actor == Actor.OWNER.value, history.c.event.in_(_AGREED)
    )
    met = bookings.c.status == Status.DONE.value
    known = select(bookings.c.id).where(func.lower(bookings.c.email).in_(forms_of(address)), or_(met, hers)).limit(1)
    return connection.execute(known).first() is not None


def _withhold(connection: Connection, about: str, envelope: Envelope, now: datetime) -> None:
    connection.execute(
        insert(outbox).values(
            id=envelope.id,
            about=about,
            kind=envelope.kind,
            sender=envelope.sender,
            recipient=envelope.recipient,
            message_id=envelope.message_id,
            mime=b"",
            state=WITHHELD,
            attempts=0,
            next_at=now,
            created_at=now,
            settled_at=now,
        )
    )
