"""Schema of what comes back by mail: replies to invitations, and how far the mailbox has been read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata

# What calendar programs answer for the visitor. It changes no booking, and so is none of its history.
invitation_replies = Table(
    "invitation_replies",
    metadata,
    Column("id", String(32), primary_key=True),  # a digest of what it says: one that comes twice is one
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("answer", String(16), nullable=False),  # accepted, declined, tentative, counter
    Column("sequence", Integer, nullable=False),  # the revision of the booking that it answers
    Column("comment", Text),
    Column("proposed", Instant),  # the start that a counter proposes
    Index("invitation_replies_booking", "booking_id"),
)

# The mailbox that reports come to; which one it is, is kept as a digest only.
bounce_mailboxes = Table(
    "bounce_mailboxes",
    metadata,
    Column("mailbox", String(32), primary_key=True),
    Column("uidvalidity", BigInteger),
    Column("uid", BigInteger, nullable=False),  # the last that was looked at
    Column("next_at", Instant, nullable=False),  # due then; while it is read, when another process may take it up
    Column("read_at", Instant),  # when it was last read whole
    Column("failures", Integer, nullable=False),  # in a row
    Column("error", String(64)),
)
