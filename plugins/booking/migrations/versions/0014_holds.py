"""Migration 14, time held without a booking: groups with their seats, and offers; claims are theirs too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_ONE_OWNER = "(booking_id IS NULL) <> (hold_id IS NULL)"


def upgrade() -> None:
    """Add the tables; each claim there is belongs to a booking. The version before names a booking in each."""
    op.create_table(
        "holds",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("meeting", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("busy_from", sa.BigInteger, nullable=False),
        sa.Column("busy_until", sa.BigInteger, nullable=False),
        sa.Column("seats", sa.Integer),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("id", "seats", name="holds_seats"),
    )
    op.create_index("holds_busy_from", "holds", ["busy_from"])
    op.create_table(
        "seats",
        sa.Column("hold_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id", "seats"],
            ["holds.id", "holds.seats"],
            name="seats_of_hold",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("number >= 0 AND number < seats", name="seats_number"),
        sa.UniqueConstraint("booking_id", name="seats_booking"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_claims()
    else:
        op.alter_column("claims", "booking_id", nullable=True)
        hold = sa.ForeignKey("holds.id", name="claims_of_hold", ondelete="CASCADE")
        op.add_column("claims", sa.Column("hold_id", sa.String(32), hold))
        op.create_check_constraint("claims_one_owner", "claims", _ONE_OWNER)
    op.create_index("claims_hold", "claims", ["hold_id"])


def _rebuild_claims() -> None:
    """Make the table anew, as SQLite cannot let a column become empty; past cells are dropped, so it is small."""
    op.create_table(
        "claims_anew",
        sa.Column("calendar", sa.String(32), primary_key=True),
        sa.Column("cell", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE")),
        sa.Column("hold_id", sa.String(32), sa.ForeignKey("holds.id", ondelete="CASCADE")),
        sa.CheckConstraint(_ONE_OWNER, name="claims_one_owner"),
    )
    op.execute("INSERT INTO claims_anew (calendar, cell, booking_id) SELECT calendar, cell, booking_id FROM claims")
    op.drop_table("claims")
    op.rename_table("claims_anew", "claims")
    op.create_index("claims_booking", "claims", ["booking_id"])
