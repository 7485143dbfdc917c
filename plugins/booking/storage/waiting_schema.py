"""Waiting schema: tables of who waits for time to come free, and of what they were told of."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, func

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata

waiting = Table(
    "waiting",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("meeting", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    # The owner's days, both included.
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("service", Text),
    Column("timezone", Text),
    Column("language", String(16)),  # as of a booking
    Column("free", Text, nullable=False),  # the starts that were free when she asked, in minutes since the epoch: JSON
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    # What is held for her: one time at most, and for nobody else.
    Column("hold_id", String(32), ForeignKey("holds.id", ondelete="SET NULL"), unique=True),
    Index("waiting_last", "last"),
)
Index("waiting_email", func.lower(waiting.c.email))

waiting_told = Table(
    "waiting_told",
    metadata,
    Column("waiting_id", String(32), ForeignKey("waiting.id", ondelete="CASCADE"), primary_key=True),
    # Nobody is told of the same time twice.
    Column("start", Instant, primary_key=True, autoincrement=False),
    Column("end", Instant, nullable=False),
    Column("at", Instant, nullable=False),
)
