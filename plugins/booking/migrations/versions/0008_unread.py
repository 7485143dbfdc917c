"""Migration 8, what of another calendar could not be read, and what its last answer was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; a process of the version before leaves them empty."""
    op.add_column("calendar_sources", sa.Column("unread", sa.Text))
    op.add_column("calendar_sources", sa.Column("digest", sa.String(64)))
