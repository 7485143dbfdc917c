"""Migration 6, indexes of mails by recipient and of bookings by e-mail address."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("outbox_recipient", "outbox", [sa.text("lower(recipient)"), "created_at"])
    op.create_index("bookings_email", "bookings", [sa.text("lower(email)")])
