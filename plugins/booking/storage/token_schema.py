"""Schema of connected accounts: the table of their tokens."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema_metadata import metadata

# Connected accounts: one consent each, for one use or for both.
oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("provider", String(16), nullable=False),
    Column("uses", String(32), nullable=False),  # calendar, mail, or both with a space
    Column("account", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # the tokens, encrypted with a key that is not kept here
    Column("generation", Integer, nullable=False),  # how often they have been replaced
    Column("connected_at", Instant, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
    Column("ends_at", Instant),  # of the refresh token, where the provider says so
    Column("died_at", Instant),
    Column("why", String(64)),
    Column("attempts", Integer, nullable=False),  # that failed in a row
    Column("next_at", Instant),  # no request to the provider before
    Column("refused_at", Instant),  # when a server last refused an access token
    Column("lease", String(32)),  # of whoever refreshes
    Column("lease_until", Instant),
    Column("told", String(16)),  # what the owner was last mailed about it: dead, ending
    Column("told_at", Instant),
)
