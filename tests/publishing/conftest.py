"""One installation and one first push, copied for each test that changes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building import CONTENT
from tests.publishing.place import Place, Told, install


@pytest.fixture(autouse=True)
def _beside_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The content where a command is run decides which language it speaks."""
    monkeypatch.chdir(CONTENT.parent)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A server that nothing was pushed to yet."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def first(installed: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Told]]:
    """A server with the sample site live, and what its first push said; not to be changed."""
    place = installed.copy(tmp_path_factory.mktemp("first") / "place")
    place.brand(0)
    place.git("gc", "--quiet")
    told = place.push()
    before = place.digests()
    yield place, told
    # A copy shares most of its files with this.
    assert place.digests() == before, "a test wrote to a file in place"


@pytest.fixture
def place(first: tuple[Place, Told], tmp_path: Path) -> Place:
    """A server with the sample site live."""
    return first[0].copy(tmp_path / "place")
