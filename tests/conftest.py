"""What every test shares."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG, create_ssl_context
from httpx._transports import default as transports
from hypothesis import HealthCheck, settings

from plugins.content.timezone_data import use_newest
from tests.soak import soak_count

pytest_plugins = ["tests.own_content", "tests.some_cases"]

# As every program of ours does when it starts.
use_newest()

# A busy machine is no fault of the code: no example is judged by the time it takes, to be made or to be tried.
settings.register_profile(
    "tests", deadline=None, max_examples=soak_count(40, 5_000), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")
# Nor is an answer: httpx’s own five seconds pass on a machine that does other things too.
DEFAULT_TIMEOUT_CONFIG.read = DEFAULT_TIMEOUT_CONFIG.connect = 60.0
# And the certificates of all the world’s authorities are read once, not by each of the many clients.
transports.create_ssl_context = cache(create_ssl_context)  # type: ignore[attr-defined]

# A shell starts what it runs in the background deaf to Ctrl-C, and the servers that tests end with it would be so too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through ten thousand tests again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def _warnings_are_said_again() -> None:
    """Let each test hear what another has heard: where Pelican is loaded, loggers say a warning once a process."""
    if log := sys.modules.get("pelican.log"):
        log.LimitFilter._raised_messages.clear()
        log.LimitFilter._group_count.clear()


@pytest.fixture(autouse=True)
def _loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the loop of a browser of this process away while a test without one runs, which may want a loop itself."""
    if "browser" in request.fixturenames or "browser" in request.path.parts:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
