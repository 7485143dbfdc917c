"""Hold schema: tables of time held without a booking, and of the seats of a group."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata

holds = Table(
    "holds",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),  # group, offer, seat
    Column("meeting", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    # The time kept from others, buffers included, as the meeting's buffers were on the day it was first held.
    Column("busy_from", Instant, nullable=False),
    Column("busy_until", Instant, nullable=False),
    Column("seats", Integer),  # of a group: how many people fit in it
    Column("expires_at", Instant),  # of an offer, or of one of a seat: from then on it counts as free
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("id", "seats", name="holds_seats"),
    Index("holds_busy_from", "busy_from"),
)

# Who sits in a group, or for whom a seat is held there. A number is taken once, lies below the group's seats, and those
# are what the group says: so one more than there are is refused by the database itself.
seats = Table(
    "seats",
    metadata,
    Column("hold_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seats", Integer, nullable=False),
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE")),
    # Held for somebody who waits: the hold, which claims no time, that says for how long.
    Column("offer_id", String(32), ForeignKey("holds.id", ondelete="CASCADE")),
    ForeignKeyConstraint(
        ["hold_id", "seats"],
        ["holds.id", "holds.seats"],
        name="seats_of_hold",
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    CheckConstraint("number >= 0 AND number < seats", name="seats_number"),
    CheckConstraint("(booking_id IS NULL) <> (offer_id IS NULL)", name="seats_one_owner"),
    UniqueConstraint("booking_id", name="seats_booking"),
    UniqueConstraint("offer_id", name="seats_offer"),
)
