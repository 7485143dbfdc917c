"""A word about a meeting in a real browser, from its link to the file in the agenda, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import make_url, update

from plugins.booking.service.link_tokens import Tokens
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings, testimonials
from plugins.domain.bookings import Status
from tests.booking.office import write_content
from tests.booking.processes import free_starts, serving_forked
from tests.browser.states import of_a_testimonial, of_a_testimonial_declined
from tests.browser.test_agenda import OWNER, sign_in
from tests.browser.test_every_page import faults_here, nu
from tests.browser.visitors import Visitor

LONGEST = 12_000  # bytes of a page as it is sent
SECRET = "una-chiave-per-la-prova-lunga-abbastanza"


@dataclass
class Held:
    """An endpoint on which meetings have been held, and its database."""

    site: str
    database: str

    def address(self) -> str:
        """Hold another meeting, and return where a word may be left about it."""
        fields = {
            "meeting": "conoscitiva",
            "start": free_starts(self.site)[0],
            "name": "Zoë",
            "email": "z@esempio.test",
        }
        made = httpx.post(f"{self.site}/api/bookings", json=fields)
        assert made.status_code == 201, made.text
        engine = open_engine(make_url(self.database))
        with engine.begin() as connection:
            held = update(bookings).where(bookings.c.id == made.json()["id"])
            connection.execute(held.values(status=Status.DONE.value))
        engine.dispose()
        return f"/appuntamenti/parole/{Tokens(lambda: (SECRET,)).sign_testimonial(made.json()['id'])}/"


@pytest.fixture(scope="module")
def held(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("testimonial")
    content = write_content(folder / "office", follow_up="1d", follow_up_text="Grazie!", testimonials=True)
    database = f"sqlite:///{folder}/booking.db"
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_DATABASE_URL=database,
        BOOKING_SECRET_KEY=SECRET,
        BOOKING_SITE_DIR=str(output),
        BOOKING_CONTENT=str(content),
        BOOKING_OWNER_EMAIL=OWNER,
        BOOKING_RATE_LIMIT="off",
    ) as process:
        yield Held(process.address, database)


def are_apart(one: Locator, other: Locator) -> str | None:
    """Where another thing stands, at some distance from one; None where they touch."""
    first, second = one.bounding_box(), other.bounding_box()
    assert first
    assert second
    if second["x"] >= first["x"] + first["width"] + 8 and second["y"] < first["y"] + first["height"]:
        return "beside"
    return "below" if second["y"] >= first["y"] + first["height"] + 8 else None


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("javascript", "width"), [(True, 360), (False, 360), (False, 1280)], ids=lambda one: str(one))
def test_a_client_leaves_a_word_that_becomes_a_file(browser: Browser, held: Held, javascript: bool, width: int) -> None:
    context = browser.new_context(
        base_url=held.site,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        timezone_id="Europe/Rome",
        locale="it-IT",
    )
    page, visitor_address = context.new_page(), held.address()
    visitor = Visitor(page)
    page.goto(visitor_address)
    visitor.type("Le tue parole", "Le mail le guardavo la sera.")
    visitor.press("Manda")
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Le tue parole")).to_have_value("Le mail le guardavo la sera.")
    page.get_by_label("Sì, queste parole").check()
    visitor.press("Manda")
    expect(page.locator("h1")).to_have_text("Grazie delle tue parole")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert are_apart(page.locator("#campo-consent"), page.get_by_text("Sì, queste parole")) == "beside"
    last = [page.get_by_role("button", name=name) for name in ("Salva le modifiche", "Cancella le mie parole")]
    assert are_apart(*last) == "below"
    sign_in(page, held.site)
    page.goto("/agenda/parole/")
    visitor.press("Approva")
    expect(page.locator("textarea")).to_have_value(re.compile("who: Zoë\n.*Le mail le guardavo la sera.\n", re.DOTALL))
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica il file").click()
    assert re.fullmatch(r"zoe-[0-9a-f]{6}\.md", download.value.suggested_filename)
    page.goto(visitor_address)
    expect(page.locator("h1")).to_have_text("Grazie delle tue parole")
    assert page.get_by_label("Le tue parole").count() == 0
    page.goto("/agenda/parole/")
    visitor.press("Cancella da qui")
    expect(page.locator("main")).to_contain_text("Per ora nessuno ha scritto.")
    context.close()


@pytest.mark.some_cases(0)
def test_axe_and_nu_find_no_faults_in_the_words_states(browser: Browser, held: Held, tmp_path: Path) -> None:
    context = browser.new_context(base_url=held.site, bypass_csp=True, reduced_motion="reduce")
    page, found, seen = context.new_page(), list[object](), 0
    states = [*of_a_testimonial(held.site, held.address()), *of_a_testimonial_declined(held.site, held.address())]
    for name, go in states:
        go(page)
        (tmp_path / f"{name}.html").write_text(
            page.content() if "errore" in name else context.request.get(page.url).text()
        )
        if not name.startswith("agenda"):
            assert httpx.get(page.url).num_bytes_downloaded < LONGEST, name
        found.extend(faults_here(page))
        seen += 1
    context.close()
    assert seen == 9
    assert found == []
    assert nu(tmp_path) == []
    engine = open_engine(make_url(held.database))
    with engine.begin() as connection:
        connection.execute(testimonials.delete())
    engine.dispose()
