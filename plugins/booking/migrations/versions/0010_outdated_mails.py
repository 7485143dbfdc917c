"""Migration 10, withdraws mails that wait or were given up, where a later one tells the same reader of the booking."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WITHDRAW = """
    UPDATE outbox SET state = 'outdated', settled_at = created_at
    WHERE state IN ('pending', 'dead') AND kind LIKE :reader AND EXISTS (
        SELECT 1 FROM outbox AS later
        WHERE later.about = outbox.about AND later.id > outbox.id
        AND later.kind LIKE :reader AND later.kind NOT LIKE 'reminder-%'
    )
"""


def upgrade() -> None:
    """Withdraw them; ids are in the order of time."""
    for reader in ("%-owner", "%-visitor"):
        op.execute(sa.text(_WITHDRAW).bindparams(reader=reader))
