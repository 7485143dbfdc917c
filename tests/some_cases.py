"""Pytest plugin: of tests marked `some_cases(n)`, `make test` tries n cases, none where n is 0, and `make soak` all.

Those are the tests that take seconds, and that others say the same of in part.
"""

from __future__ import annotations

from collections import defaultdict
from zlib import crc32

import pytest

from tests.soak import soak_count


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other cases; which ones stay is drawn once and for all, by their names."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("some_cases"):
            cases[item.nodeid.partition("[")[0]].append(item)
    left_out: set[pytest.Item] = set()
    for some in cases.values():
        number = next(some[0].iter_markers("some_cases")).args[0]
        left_out |= set(sorted(some, key=lambda item: crc32(item.nodeid.encode()))[number:])
    if soak_count(0, 1):
        for item in left_out:
            item.add_marker("soak")
        return
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
