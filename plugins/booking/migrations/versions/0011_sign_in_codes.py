"""Migration 11, codes besides sign-in links: who asked, the code's digest, and how often one was typed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; a link that waits has no code."""
    op.add_column("passes", sa.Column("asker", sa.String(64)))
    op.add_column("passes", sa.Column("code", sa.String(64)))
    op.add_column("passes", sa.Column("tries", sa.Integer))
