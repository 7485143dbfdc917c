"""Migration 5, urgency of mails, the last accepted one, and the daily job's findings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, the table and the indexes; a process of the version before goes on queueing meanwhile."""
    # A mail that such a process queues is as urgent as the default says.
    op.add_column("outbox", sa.Column("urgency", sa.Integer, nullable=False, server_default="1"))
    table = sa.table("outbox", sa.column("urgency"), sa.column("kind"), sa.column("state"))
    waits = table.c.state == "pending"
    op.execute(table.update().where(waits, table.c.kind.like("%-owner")).values(urgency=0))
    op.execute(table.update().where(waits, table.c.kind.like("reminder-%")).values(urgency=2))
    op.drop_index("outbox_due", "outbox")
    for name, columns, state in (
        ("outbox_due", ["urgency", "next_at"], "pending"),
        ("outbox_sent", ["settled_at"], "sent"),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "outbox", columns, sqlite_where=only, postgresql_where=only)
    op.create_table(
        "daily",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("unmailed", sa.Integer, nullable=False),
        sa.Column("queued_again", sa.Integer, nullable=False),
    )
