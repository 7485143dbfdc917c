"""Migration 15, series: the place of a booking among the dates that were booked with it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns; bookings made before belong to no series."""
    op.add_column("bookings", sa.Column("series_id", sa.String(32)))
    op.add_column("bookings", sa.Column("series_number", sa.Integer))
    op.add_column("bookings", sa.Column("series_rule", sa.Text))
    op.add_column("history", sa.Column("in_series", sa.Boolean))
    in_series = sa.text("series_id IS NOT NULL")
    op.create_index(
        "bookings_series",
        "bookings",
        ["series_id", "series_number"],
        unique=True,
        sqlite_where=in_series,
        postgresql_where=in_series,
    )
