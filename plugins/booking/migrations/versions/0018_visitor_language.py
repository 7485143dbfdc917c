"""Migration 18, the language of whoever booked, wrote or waits."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns; all there is so far was asked for in the site's own language."""
    for table in ("bookings", "messages", "waiting"):
        op.add_column(table, sa.Column("language", sa.String(16)))
