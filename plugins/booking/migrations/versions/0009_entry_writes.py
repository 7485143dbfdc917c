"""Migration 9, what was written to the owner's own calendar in words, and why it refuses a write."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("entries", sa.Column("written", sa.Text))
    op.add_column("entries", sa.Column("guests", sa.Integer))
    op.add_column("entries", sa.Column("refusal", sa.String(16)))
