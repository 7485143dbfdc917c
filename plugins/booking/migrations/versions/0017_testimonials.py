"""Migration 17, what clients write after a meeting, and seats of a group that are held for who waits."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_ONE_OWNER = "(booking_id IS NULL) <> (offer_id IS NULL)"


def upgrade() -> None:
    """Add what is not there yet; each seat there is belongs to a booking, as the version before says of each."""
    op.create_table(
        "testimonials",
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
    )
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_seats()
    else:
        op.alter_column("seats", "booking_id", nullable=True)
        offer = sa.ForeignKey("holds.id", name="seats_of_offer", ondelete="CASCADE")
        op.add_column("seats", sa.Column("offer_id", sa.String(32), offer))
        op.create_unique_constraint("seats_offer", "seats", ["offer_id"])
        op.create_check_constraint("seats_one_owner", "seats", _ONE_OWNER)


def _rebuild_seats() -> None:
    """Make the table anew, as SQLite cannot let a column become empty; it has a row for each who sits in a group."""
    op.create_table(
        "seats_anew",
        sa.Column("hold_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE")),
        sa.Column("offer_id", sa.String(32), sa.ForeignKey("holds.id", ondelete="CASCADE")),
        sa.ForeignKeyConstraint(
            ["hold_id", "seats"],
            ["holds.id", "holds.seats"],
            name="seats_of_hold",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("number >= 0 AND number < seats", name="seats_number"),
        sa.CheckConstraint(_ONE_OWNER, name="seats_one_owner"),
        sa.UniqueConstraint("booking_id", name="seats_booking"),
        sa.UniqueConstraint("offer_id", name="seats_offer"),
    )
    op.execute(
        "INSERT INTO seats_anew (hold_id, number, seats, booking_id) "
        "SELECT hold_id, number, seats, booking_id FROM seats"
    )
    op.drop_table("seats")
    op.rename_table("seats_anew", "seats")
