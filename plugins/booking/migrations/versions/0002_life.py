"""Migration 2, booking lifecycle: history, revisions, reminders, the owner's blocks, busy time of calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and tables; bookings made before were all invited where they were confirmed."""
    op.add_column("bookings", sa.Column("timezone", sa.Text))
    op.add_column("bookings", sa.Column("invited", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("bookings", sa.Column("updated_at", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("bookings", sa.Column("reminded_of", sa.BigInteger))
    table = sa.table(
        "bookings",
        sa.column("updated_at"),
        sa.column("created_at"),
        sa.column("invited", sa.Boolean),
        sa.column("status"),
    )
    op.execute(table.update().values(updated_at=table.c.created_at, invited=table.c.status == "confirmed"))
    only = sa.text("status IN ('pending', 'confirmed')")
    op.create_index("bookings_open", "bookings", ["start"], sqlite_where=only, postgresql_where=only)
    op.create_table(
        "history",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(8), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("word", sa.Text),
    )
    op.create_index("history_booking", "history", ["booking_id"])
    op.create_table(
        "blocks",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("blocks_end", "blocks", ["end"])
    op.create_table(
        "busy",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("end", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("busy_end", "busy", ["end"])
