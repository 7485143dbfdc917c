"""The built site with its endpoint and mailbox, and a real browser to use them with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.booking.processes import serving_forked
from tests.building import CONTENT, build

# A busy machine is no fault of a page: its own five seconds are few there.
expect.set_options(timeout=30_000)
CHROMIUM = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(CONTENT, folder)
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def served(output: Path, folder: Path) -> Iterator[str]:
    """Serve a built site in development, with a database of its own in a folder; the address while the block lasts."""
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
        BOOKING_SITE_DIR=str(output),
        BOOKING_CONTENT=str(CONTENT),
        BOOKING_RATE_LIMIT="off",
    ) as process:
        yield process.address


@pytest.fixture(scope="session")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, with its endpoint and its mailbox, as `make serve` runs them."""
    with served(output, tmp_path_factory.mktemp("database")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with a new profile."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()
