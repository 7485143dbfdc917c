"""Migration 8, what of another calendar could not be read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; a process of the version before leaves it empty."""
    op.add_column("calendar_sources", sa.Column("unread", sa.Text))
