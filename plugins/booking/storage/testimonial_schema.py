"""Testimonial schema: table of what clients wrote after a meeting, until the owner has put it on the site."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata

testimonials = Table(
    "testimonials",
    metadata,
    # One for each booking, which is gone with it.
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text),
    Column("given_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("approved_at", Instant),
    # The owner is done with them, approved or not: the words are gone, and no others are asked for.
    Column("closed_at", Instant),
)
