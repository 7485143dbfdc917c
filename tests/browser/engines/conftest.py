"""The engines, each with a new profile, and a site of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.conftest import served
from tests.browser.engines.chromium import chromium
from tests.browser.engines.engine import Engine, Settings
from tests.browser.engines.firefox import firefox
from tests.browser.engines.webkit import webkit

ENGINES = ("chromium", "firefox", "webkit")
Opened = Callable[[str, Settings], Engine]


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, whose times nobody else takes."""
    with served(output, tmp_path_factory.mktemp("engines")) as address:
        yield address


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens an engine by its name, as a visitor has set it, until the test ends."""
    with ExitStack() as stack:

        def open_one(name: str, settings: Settings) -> Engine:
            if name == "chromium":
                return stack.enter_context(chromium(request.getfixturevalue("browser"), settings))
            if name == "firefox":
                return stack.enter_context(firefox(settings))
            return stack.enter_context(webkit(settings))

        yield open_one
