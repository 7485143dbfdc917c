"""Row ids: unguessable, and ordered by time so that an index grows at its end."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

_ID = re.compile("[0-9a-f]{32}")


def new_id(now: datetime) -> str:
    """Return 32 hexadecimal digits: 48 bits of milliseconds, then 80 random bits."""
    return f"{first_id(now)}{secrets.token_hex(10)}"


def first_id(moment: datetime) -> str:
    """Return what no name made at that moment or after it comes before, and every one made before it does."""
    return f"{int(moment.timestamp() * 1000):012x}"


def is_id(text: str) -> bool:
    """Say whether a text can name a row."""
    return _ID.fullmatch(text) is not None
