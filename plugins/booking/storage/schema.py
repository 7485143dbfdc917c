"""Database schema: the tables, in SQLAlchemy Core."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    literal_column,
)

from plugins.booking.storage.bounce_schema import bounce_mailboxes as bounce_mailboxes
from plugins.booking.storage.bounce_schema import invitation_replies as invitation_replies
from plugins.booking.storage.hold_schema import holds as holds
from plugins.booking.storage.hold_schema import seats as seats
from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata as metadata
from plugins.booking.storage.testimonial_schema import testimonials as testimonials
from plugins.booking.storage.token_schema import oauth_tokens as oauth_tokens
from plugins.booking.storage.waiting_schema import waiting as waiting
from plugins.booking.storage.waiting_schema import waiting_told as waiting_told

bookings = Table(
    "bookings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("meeting", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    # The time kept from others, buffers included, as the meeting's buffers were on the day it was booked.
    Column("busy_from", Instant, nullable=False),
    Column("busy_until", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text),
    Column("service", Text),
    Column("message", Text),
    Column("answers", Text, nullable=False),
    Column("timezone", Text),
    # The code of the visitor's language, where it is not the site's own.
    Column("language", String(16)),
    Column("sequence", Integer, nullable=False),
    Column("invited", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # The start that both were last reminded of: a booking that moves is told of again.
    Column("reminded_of", Instant),
    # The meeting as it was booked, as JSON.
    Column("agreed", Text),
    # Of a series: the id of the first of its bookings, which date of its rule this one is, and the rule, as JSON.
    Column("series_id", String(32)),
    Column("series_number", Integer),
    Column("series_rule", Text),
    Index("bookings_busy_from", "busy_from"),
)
# What time itself changes: requests that expire, meetings to be reminded of, meetings that are over.
# Queries say it by this very expression, in literals: SQLite uses the index for no other.
OPEN = bookings.c.status.in_([literal_column("'pending'"), literal_column("'confirmed'")])
Index("bookings_email", func.lower(bookings.c.email))
_PLACE, _SERIES = (bookings.c.series_id, bookings.c.series_number), bookings.c.series_id.is_not(None)
Index("bookings_series", *_PLACE, unique=True, sqlite_where=_SERIES, postgresql_where=_SERIES)
Index("bookings_open", bookings.c.start, sqlite_where=OPEN, postgresql_where=OPEN)

history = Table(
    "history",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(16), nullable=False),
    Column("actor", String(8), nullable=False),
    Column("start", Instant, nullable=False),  # as it was before the change
    Column("word", Text),
    # Whether it happened to several dates of a series at once, and is told of them together.
    Column("in_series", Boolean),
    Index("history_booking", "booking_id"),
)

# Time that the owner keeps for herself.
blocks = Table(
    "blocks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("reason", Text),
    Column("created_at", Instant, nullable=False),
    Index("blocks_end", "end"),
)

# What other calendars said when they were last asked: all of a source is replaced at once.
busy = Table(
    "busy",
    metadata,
    Column("source", Text, primary_key=True),
    Column("start", Instant, primary_key=True, autoincrement=False),
    Column("end", Instant, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),
    Index("busy_end", "end"),
)

claims = Table(
    "claims",
    metadata,
    Column("calendar", String(32), primary_key=True),
    # A five-minute cell, counted from the epoch. The primary key is what refuses a double booking.
    Column("cell", Integer, primary_key=True, autoincrement=False),
    # Of a booking, or of a hold: one of the two.
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE")),
    Column("hold_id", String(32), ForeignKey("holds.id", ondelete="CASCADE")),
    CheckConstraint("(booking_id IS NULL) <> (hold_id IS NULL)", name="claims_one_owner"),
    Index("claims_booking", "booking_id"),
    Index("claims_hold", "hold_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("subject", Text),
    Column("service", Text),
    Column("language", String(16)),  # as of a booking
    Column("created_at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("about", String(32), nullable=False),  # the booking or the message it speaks of
    Column("kind", String(32), nullable=False),
    Column("urgency", Integer, nullable=False, server_default="1"),  # the lowest goes first
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("mime", LargeBinary, nullable=False),  # the complete message; emptied once sent
    Column("state", String(8), nullable=False),  # pending, sent, dead, let go, withheld, outdated
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),  # due then; while leased, when the lease ends
    Column("lease", String(32)),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("error", Text),
    # Where a report said that it did not arrive: the status and the reason, and when the owner has seen to it.
    Column("bounced_at", Instant),
    Column("bounce", Text),
    Column("bounce_seen_at", Instant),
    Index("outbox_about", "about"),
)
Index(
    "outbox_due",
    outbox.c.urgency,
    outbox.c.next_at,
    sqlite_where=outbox.c.state == "pending",
    postgresql_where=outbox.c.state == "pending",
)
Index("outbox_recipient", func.lower(outbox.c.recipient), outbox.c.created_at)
_DEAD, _SENT = outbox.c.state == "dead", outbox.c.state == "sent"
Index("outbox_dead", outbox.c.state, sqlite_where=_DEAD, postgresql_where=_DEAD)
Index("outbox_sent", outbox.c.settled_at, sqlite_where=_SENT, postgresql_where=_SENT)
_BOUNCED = outbox.c.bounced_at.is_not(None)
Index("outbox_bounced", outbox.c.bounced_at, sqlite_where=_BOUNCED, postgresql_where=_BOUNCED)

# What each day's look at bookings, messages and their mails found; the row of a day is made once.
daily = Table(
    "daily",
    metadata,
    Column("day", String(10), primary_key=True),  # the owner's
    Column("at", Instant, nullable=False),
    Column("unmailed", Integer, nullable=False),
    Column("queued_again", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(64), primary_key=True),  # a digest of the action and the caller's key
    Column("body", String(64), nullable=False),  # a digest of what was asked
    Column("answer", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("idempotency_created_at", "created_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

# How each other calendar answered. Its address is a secret, and kept as a digest only.
calendar_sources = Table(
    "calendar_sources",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("asked", Text, nullable=False),  # what it was last asked for: a change of it is asked for at once
    Column("tried_at", Instant, nullable=False),
    Column("fetched_at", Instant),
    Column("error", Text),
    Column("skipped", Integer, nullable=False),  # events that could not be read
    Column("unread", Text),  # which, and why: JSON
)

# Bookings as they stand in the owner's own calendar, and what she changed there.
entries = Table(
    "entries",
    metadata,
    Column("booking_id", String(32), ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
    Column("calendar", String(32), nullable=False),
    Column("revision", Integer),  # of the booking, as it was written; None while it is not there
    Column("sequence", Integer, nullable=False),  # the highest that was written or seen there
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),  # due then, if at all; while leased, when the lease ends
    Column("lease", String(32)),
    Column("written_at", Instant),
    Column("written", Text),  # the words it said there, JSON: what she put into their place stays
    Column("guests", Integer),  # whom she has invited there
    Column("error", Text),  # of the last attempt, if it failed
    Column("refusal", String(16)),  # why it is refused for good; None where waiting may help
    Column("difference", String(8)),  # deleted, moved
    Column("there_start", Instant),
    Column("there_end", Instant),
    Column("noticed_at", Instant),
)

# What opens the owner's agenda: links that are good once, and the sessions they begin.
passes = Table(
    "passes",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256: the token itself is kept nowhere
    Column("kind", String(8), nullable=False),  # link, session
    Column("expires_at", Instant, nullable=False),
    # Of a link: the browser that asked for it, the code that is good there, as digests, and how often one was typed.
    Column("asker", String(64)),
    Column("code", String(64)),
    Column("tries", Integer),
)
