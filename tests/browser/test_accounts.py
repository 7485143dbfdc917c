"""The owner connects an account with one press, in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.oauth.accounts import KEY
from tests.booking.oauth.provider import ACCOUNT, CLIENTS, GOOGLE_SECRET, RunningProvider, running_provider
from tests.booking.processes import serving_forked
from tests.browser.test_agenda import sign_in
from tests.building import CONTENT


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    """The provider that the account is at."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(provider: RunningProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an endpoint with client ids and a mailbox."""
    folder = tmp_path_factory.mktemp("accounts")
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
        BOOKING_CONTENT=str(CONTENT),
        BOOKING_RATE_LIMIT="off",
        BOOKING_SECRET_KEY=KEY,
        BOOKING_GOOGLE_CLIENT_ID=CLIENTS["google"],
        BOOKING_GOOGLE_CLIENT_SECRET=GOOGLE_SECRET,
        BOOKING_GOOGLE_URL=provider.address,
    ) as process:
        yield process.address


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(request: pytest.FixtureRequest, browser: Browser, endpoint: str) -> Iterator[Page]:
    context = browser.new_context(base_url=endpoint, java_script_enabled=request.param, locale="it-IT")
    yield context.new_page()
    context.close()


@pytest.mark.some_cases(1)
def test_one_press_connects_and_a_second_look_disconnects(page: Page, endpoint: str) -> None:
    sign_in(page, endpoint)
    page.goto("/agenda/calendari/")
    page.get_by_role("button", name="Collega Google").click()
    # Over the provider, which asks nothing of this user, and back.
    expect(page.get_by_role("status")).to_have_text("Collegato.")
    expect(page.get_by_text(ACCOUNT)).to_be_visible()
    page.get_by_role("link", name="Scollega Google").click()
    page.get_by_role("button", name="Scollega Google").click()
    expect(page.get_by_role("status")).to_have_text("Scollegato: il permesso è tolto.")
    expect(page.get_by_role("button", name="Collega Google")).to_be_visible()
