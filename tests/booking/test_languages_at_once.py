"""Two languages at once, in threads, tasks, pages and mails: no word of one is ever said in the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.booking_store import Store
from plugins.booking.web.rendering import Renderer
from plugins.content.templates.formats import long_day
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _
from tests.booking.bilingual import english_in, italian_in, letter_of, seen_on, write_bilingual
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW
from tests.soak import soak_count

# What is wrong in each: words of the other.
WRONG: dict[str | None, Callable[[str], set[str]]] = {None: english_in, "en": italian_in}
TURNS = (None, "en")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(write_bilingual(tmp_path / "content"), f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


@pytest.fixture
def office(desk: Endpoint) -> ContentReloader:
    return ContentReloader(desk.content)


@pytest.fixture
def services(desk: Endpoint, office: ContentReloader) -> Services:
    return services_of(desk.settings, Store(desk.engine), desk.clock, office)


def _booking(language: str | None) -> Booking:
    start = datetime(2027, 1, 12, 9, tzinfo=UTC)
    return Booking(
        id="0" * 32, meeting="conoscitiva", status=Status.CONFIRMED, start=start, end=start.replace(minute=30),
        name="Ada Quint", email="ada@example.com", created_at=NOW, updated_at=NOW, invited=True, language=language,
    )  # fmt: skip


@pytest.mark.soak
def test_mails_and_pages_in_threads(services: Services, office: ContentReloader) -> None:
    composer, render = services.mail_composer, Renderer(office, dev=False)
    composer.prepare()

    def mails(code: str | None) -> set[str]:
        found = set[str]()
        for envelope in composer.about_booking(Event.BOOKED, _booking(code), Actor.VISITOR, NOW):
            letter = letter_of(envelope)
            found |= (english_in if letter.is_owners else WRONG[code])(letter.text)
        return found

    def page(code: str | None) -> set[str]:
        with composer.languages.speaking(code):
            html = render("messages/form.html", values={}, errors=[], idempotency_key="k", unavailable=True, wait=None)
            return WRONG[code](seen_on(html))

    def both(number: int) -> set[str]:
        code = TURNS[number % 2]
        return mails(code) | page(code)

    with ThreadPoolExecutor(8) as threads:
        assert set().union(*threads.map(both, range(soak_count(200, 2000)))) == set()


@pytest.mark.soak
def test_tasks_that_wait_for_each_other(services: Services) -> None:
    languages = services.mail_composer.languages

    async def one(number: int) -> set[str]:
        code = TURNS[number % 2]
        with languages.speaking(code):
            said = []
            for _turn in range(3):
                said += [long_day(date(2027, 1, 12)), _("Pagina non trovata")]
                await asyncio.sleep(0)
                said.append(await asyncio.to_thread(_, "Prenota un appuntamento"))
            return WRONG[code](" ".join(said))

    async def all_of_them() -> list[set[str]]:
        return await asyncio.gather(*map(one, range(soak_count(1000, 5000))))

    assert set().union(*asyncio.run(all_of_them())) == set()


@pytest.mark.soak
def test_requests_of_two_visitors(desk: Endpoint) -> None:
    paths = ("/appuntamenti/orari?meeting=conoscitiva", "/appuntamenti/xyz/", "/messaggi/inviato")
    slots = "/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12"

    def ask(number: int) -> set[str]:
        code = TURNS[number % 2]
        prefix = f"/{code}" if code else ""
        with httpx.Client(base_url=desk.http.base_url, timeout=60) as http:
            days = " ".join(one["day"] for one in http.get(prefix + slots).json()["slots"])
            html = http.get(prefix + paths[number // 2 % len(paths)]).text
        return WRONG[code](f"{days} {seen_on(html)}")

    with ThreadPoolExecutor(6) as threads:
        assert set().union(*threads.map(ask, range(soak_count(60, 1200)))) == set()


def test_mails_of_a_booking_within_a_request(desk: Endpoint, services: Services) -> None:
    """The owner's mail of an English booking is written in the middle of an English request."""
    with services.mail_composer.languages.speaking("en"):
        owners, visitors = services.mail_composer.about_booking(Event.CANCELLED, _booking("en"), Actor.VISITOR, NOW)
        own = letter_of(owners)
        assert english_in(own.text) == set()
        assert italian_in(letter_of(visitors).text) == set()
        assert _("Pagina non trovata") == "Page not found"
