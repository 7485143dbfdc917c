"""How often the heavy proofs are done: kills, faults, hostile inputs, random sequences."""

from __future__ import annotations

import os


def soak_count(few: int, many: int) -> int:
    """The small count of `make test`, or the full one of `make soak`, which sets `SOAK`.

    A test that counts by it is marked `@pytest.mark.soak`: `make soak` runs those, and those of hypothesis.
    """
    return many if os.environ.get("SOAK") else few
