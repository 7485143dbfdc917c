"""Migration 13, what comes back by mail: bounced mails, replies to invitations, and how far the mailbox is read."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add columns and tables; nothing has come back yet."""
    op.add_column("outbox", sa.Column("bounced_at", sa.BigInteger))
    op.add_column("outbox", sa.Column("bounce", sa.Text))
    op.add_column("outbox", sa.Column("bounce_seen_at", sa.BigInteger))
    came_back = sa.text("bounced_at IS NOT NULL")
    op.create_index("outbox_bounced", "outbox", ["bounced_at"], sqlite_where=came_back, postgresql_where=came_back)
    op.create_table(
        "invitation_replies",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("booking_id", sa.String(32), sa.ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("proposed", sa.BigInteger),
    )
    op.create_index("invitation_replies_booking", "invitation_replies", ["booking_id"])
    op.create_table(
        "bounce_mailboxes",
        sa.Column("mailbox", sa.String(32), primary_key=True),
        sa.Column("uidvalidity", sa.BigInteger),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.BigInteger),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.String(64)),
    )
