"""Migration 3, other calendars: how each answered, and the bookings written to the owner's own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "calendar_sources",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
        sa.Column("fetched_at", sa.BigInteger),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "entries",
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("calendar", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("written_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("difference", sa.String(8)),
        sa.Column("there_start", sa.BigInteger),
        sa.Column("there_end", sa.BigInteger),
        sa.Column("noticed_at", sa.BigInteger),
    )
