"""Pages under both policies at once, their own and the web server's, in a browser that heeds the stricter of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.booking.processes import serving_forked
from tests.building import CONTENT, build
from tests.deploy.servers import free_port, nginx


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the published site behind nginx, with a live endpoint."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    address, site = f"https://127.0.0.1:{port}", folder / "site"
    done = build(CONTENT, site, "publishconf.py", "-e", f'SITEURL="{address}"')
    assert done.returncode == 0, done.stderr
    with (
        serving_forked(
            BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
            BOOKING_CONTENT=str(CONTENT),
            BOOKING_SITE_URL=address,
            BOOKING_SECRET_KEY="k" * 32,
            BOOKING_TRUSTED_PROXIES="127.0.0.1",
        ) as process,
        nginx(folder, Path(site), port, process.address.partition("://")[2]),
    ):
        yield address


def test_no_page_breaks_either_of_the_policies_it_is_under(browser: Browser, front: str) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    for path in ("/", "/servizi/macro/verifica-costi/", "/blog/", "/contatti/", "/prenota/", "/agenda/"):
        page.goto(front + path)
    page.goto(f"{front}/cerca/")
    page.get_by_role("searchbox").fill("preventivi")
    page.locator("[data-found] li").first.wait_for()
    assert said == []
    context.close()


def test_contact_form_behind_nginx_is_sent_with_a_fetched_token(browser: Browser, front: str) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{front}/contatti/")
    with page.expect_response("**/messaggi/modulo") as asked:
        page.get_by_label("Il tuo nome").fill("Zoë 李 D’Angelo")
    assert asked.value.status == 200
    page.wait_for_function("document.querySelector('input[name=form_token]').value.length > 20")
    page.get_by_label("La tua email").fill("zoe@example.com")
    page.get_by_label("Il messaggio").fill("Ciao")
    page.locator("form[action$='/messaggi/'] button").click()
    page.wait_for_url("**/grazie/")
    context.close()
