"""Migration 7, what each booking was taken as."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; bookings made before do not tell."""
    op.add_column("bookings", sa.Column("agreed", sa.Text))
