"""The sample site as it is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.building import CONTENT, build


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the public site; not to be changed."""
    folder = tmp_path_factory.mktemp("published")
    done = build(CONTENT, folder, "publishconf.py")
    assert done.returncode == 0, done.stderr
    return folder
