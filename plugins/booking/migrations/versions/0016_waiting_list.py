"""Migration 16, the waiting list: who waits for time to come free, and what they were told of."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables; nobody waits yet."""
    op.create_table(
        "waiting",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("meeting", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("service", sa.Text),
        sa.Column("timezone", sa.Text),
        sa.Column("free", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("hold_id", sa.String(32), sa.ForeignKey("holds.id", ondelete="SET NULL"), unique=True),
    )
    op.create_index("waiting_last", "waiting", ["last"])
    op.create_index("waiting_email", "waiting", [sa.text("lower(email)")])
    op.create_table(
        "waiting_told",
        sa.Column("waiting_id", sa.String(32), sa.ForeignKey("waiting.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
