"""Users of the system, by name."""

from __future__ import annotations

import pwd


def user_name(number: int) -> str:
    """The name of a user, or its number where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"
