"""The appointment's page says at once how it stands, who knows, and what comes when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, NOW, asked, write_content
from tests.booking.page import Page

ROOM = "https://video.example/stanza"
MINUTE = timedelta(minutes=1)
OTHER = datetime.fromisoformat("2027-01-12T11:00:00+01:00")
ELEVEN = "2027-01-12T10:00:00Z"


class Scene:
    """An endpoint, its services for what the owner does, and one appointment's page."""

    def __init__(self, desk: Endpoint) -> None:
        self.desk = desk
        self.office = ContentReloader(desk.content)
        self.services: Services = services_of(desk.settings, desk.store, desk.clock, self.office)
        self.own = ""

    def book(self, **changed: object) -> str:
        """Book, let a second pass, and return the booking's id."""
        made = self.desk.http.post("/api/bookings", json=asked(**({"service": "ricerca"} | changed)))
        assert made.status_code == 201, made.text
        self.own = str(made.json()["manage_url"]).removeprefix(str(self.desk.http.base_url).rstrip("/"))
        self.wait(timedelta(seconds=1))
        return str(made.json()["id"])

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.desk.clock.now += time

    def work(self) -> None:
        """Let the worker do what is due."""
        LifecycleJob(self.desk.engine, self.services, self.office, self.desk.clock).make()

    def page(self) -> Page:
        """The appointment's page, as it is now."""
        answer = self.desk.http.get(self.own)
        assert answer.status_code == 200
        return Page(answer)

    def heading(self) -> str:
        """What its title says before the day, which its heading says too."""
        answer = self.desk.http.get(self.own)
        found = re.search(r'<h1 class="jersey">(.+?)</h1>', answer.text)
        assert found
        assert Page(answer).title.strip().startswith(f"{found[1]}: martedì 12 gennaio alle 1")
        return found[1]

    def words(self) -> str:
        """All that the page says, in one line."""
        return " ".join(self.page().words.split())


Make = Callable[..., Scene]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as opened:

        def started(talk: dict[str, Any] | None = None, **rules: object) -> Scene:
            content = write_content(tmp_path / "office", talk, **{"change_notice": "12h"} | rules)
            running = endpoint(content, f"sqlite:///{tmp_path}/booking.db", BOOKING_WORKER="off")
            return Scene(opened.enter_context(running))

        yield started


def test_a_booking_says_it_is_done_and_who_knows(make: Make) -> None:
    scene = make()
    scene.book()
    assert scene.heading() == "Fatto, l’appuntamento è confermato"
    words = scene.words()
    assert "Bice Campione lo sa: è già nella sua agenda." in words
    assert "Una mail con tutto questo è in viaggio verso ada@example.com" in words
    scene.wait(11 * MINUTE)
    assert scene.heading() == "Il tuo appuntamento è confermato"


def test_page_tells_what_has_become_of_its_mail(make: Make) -> None:
    scene = make()
    scene.book()
    told = {
        "sent": "è partita per ada@example.com",
        "dead": "non è arrivata: forse l’indirizzo ha un errore",
        "withheld": "oggi sono già partite tre mail",
    }
    for state, words in told.items():
        with scene.desk.engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.kind.like("%-visitor")).values(state=state))
        assert words in scene.words()


def test_the_hour_by_which_the_room_comes_is_named(make: Make) -> None:
    scene = make()
    scene.book()
    assert "il collegamento per il video, entro le 09:30 di martedì 12 gennaio." in scene.words()
    scene.desk.clock.now = datetime.fromisoformat("2027-01-12T09:40:00+01:00")
    assert "ti ha scritto il collegamento per il video entro le 09:30" in scene.words()


def test_a_room_that_is_known_stands_on_the_page(make: Make) -> None:
    scene = make({"link": ROOM})
    scene.book()
    assert ROOM in scene.page().links
    assert "scrive a" not in scene.words()


def test_an_hour_is_told_on_the_visitors_own_clock_too(make: Make) -> None:
    scene = make()
    scene.book(timezone="America/New_York")
    assert "entro le 09:30 di martedì 12 gennaio (ora italiana; da te 03:30)" in scene.words()


def test_a_reminder_is_announced_only_where_it_will_go(make: Make) -> None:
    scene = make(reminder="24h")
    scene.book()
    assert "Un promemoria ti arriva per mail alle 10:00 di lunedì 11 gennaio." in scene.words()
    scene.wait(2 * 60 * MINUTE)
    scene.work()
    assert "promemoria" not in scene.words()


def test_a_call_says_who_calls_whom(make: Make) -> None:
    scene = make()
    scene.book(meeting="telefonata", service="telefono", phone="+39 333 1234567", answers=None)
    assert scene.heading() == "Richiesta inviata, manca la conferma"
    words = scene.words()
    assert "All’ora fissata ti chiama Bice Campione, al numero +39 333 1234567." in words
    assert "ti risponde entro le 09:00 di mercoledì" not in words  # it would be after the start
    assert "ti risponde entro le 10:00 di martedì 12 gennaio" in words
    scene.wait(11 * MINUTE)
    assert scene.heading() == "La tua richiesta aspetta la conferma"


def test_a_meeting_in_person_says_where_with_a_map(make: Make) -> None:
    scene = make({"where": "in_person"})
    scene.book()
    assert "Ci si vede qui: Via del Quaderno 2, Milano." in scene.words()
    assert any("search?query=Via%20del%20Quaderno%202" in link for link in scene.page().links)


def test_a_move_is_told_by_who_made_it(make: Make) -> None:
    scene = make()
    booking = scene.book()
    scene.services.changes.reschedule(booking, OTHER, Actor.OWNER)
    assert scene.heading() == "Bice Campione ha spostato il tuo appuntamento"


def test_what_the_owner_approves_or_declines_is_told_as_hers(make: Make) -> None:
    scene = make()
    booking = scene.book(meeting="telefonata", service="telefono", phone="333 1234567", answers=None)
    scene.services.changes.approve(booking)
    assert scene.heading() == "Il tuo appuntamento è confermato"
    other = scene.book(
        meeting="telefonata", service="telefono", phone="333 1234567", answers=None, start="2027-01-12T11:30:00+01:00"
    )
    scene.services.changes.decline(other)
    assert scene.heading() == "La tua richiesta non è stata accettata"


def test_an_unanswered_request_says_that_it_expired(make: Make) -> None:
    scene = make(pending_expiry="5h")
    scene.book(meeting="telefonata", service="telefono", phone="333 1234567", answers=None)
    assert "ti risponde entro le 14:00 di lunedì 11 gennaio" in scene.words()
    scene.wait(5 * 60 * MINUTE)
    scene.work()
    assert scene.heading() == "La tua richiesta è scaduta senza risposta"
    assert "/appuntamenti/orari?meeting=telefonata&service=telefono" in scene.page().links


def test_cancelling_says_it_is_done_and_that_nothing_is_owed(make: Make) -> None:
    scene = make()
    scene.book()
    form = Page(scene.desk.http.get(f"{scene.own}annulla")).form(f"{scene.own}annulla")
    assert form.send(scene.desk.http).status_code == 303
    assert scene.heading() == "Fatto, l’appuntamento è annullato"
    words = scene.words()
    assert "Bice Campione lo sa, e l’orario è di nuovo libero. Non c’è niente da pagare" in words
    assert "in viaggio verso ada@example.com" in words
    assert "/appuntamenti/orari?meeting=conoscitiva&service=ricerca" in scene.page().links
    scene.wait(11 * MINUTE)
    assert scene.heading() == "Questo appuntamento è annullato"


def test_what_the_owner_cancels_is_not_told_as_the_visitors(make: Make) -> None:
    scene = make()
    booking = scene.book()
    scene.services.changes.cancel(booking, Actor.OWNER)
    assert scene.heading() == "Bice Campione ha annullato questo appuntamento"


def test_a_meeting_is_told_as_now_and_then_as_past(make: Make) -> None:
    scene = make()
    booking = scene.book()
    scene.desk.clock.now = datetime.fromisoformat(FREE) + MINUTE
    assert scene.heading() == "Il tuo appuntamento è adesso"
    scene.wait(30 * MINUTE)
    assert scene.heading() == "Questo appuntamento è passato"
    scene.work()
    assert scene.heading() == "Questo appuntamento è passato"
    scene.services.changes.miss(booking)
    assert "Non vi siete trovati" in scene.words()


@pytest.mark.parametrize("path", ["sposta", "annulla"])
def test_changing_what_is_cancelled_leads_to_its_page(make: Make, path: str) -> None:
    scene = make()
    scene.book()
    forms = [Page(scene.desk.http.get(f"{scene.own}{one}")).form(f"{scene.own}{one}") for one in ("annulla", path)]
    assert forms[0].send(scene.desk.http).status_code == 303
    for again in (scene.desk.http.get(f"{scene.own}{path}"), forms[1].send(scene.desk.http, start=ELEVEN)):
        assert (again.status_code, again.headers["location"]) == (303, scene.own)


def test_moving_to_where_it_is_already_leads_to_its_page(make: Make) -> None:
    scene = make()
    scene.book()
    forms = [Page(scene.desk.http.get(f"{scene.own}sposta")).form(f"{scene.own}sposta") for _ in range(2)]
    for form in forms:
        moved = form.send(scene.desk.http, start=ELEVEN)
        assert (moved.status_code, moved.headers["location"]) == (303, scene.own)


def test_confirming_again_what_is_cancelled_meanwhile_says_so(make: Make) -> None:
    scene = make()
    fields = {**asked(), "idempotency_key": "una-chiave-di-prova", "answers.attivita": "Vendo lana"}
    fields = {name: value for name, value in fields.items() if isinstance(value, str)}
    first = scene.desk.http.post("/appuntamenti/", data=fields)
    scene.own = first.headers["location"]
    scene.wait(MINUTE)
    Page(scene.desk.http.get(f"{scene.own}annulla")).form(f"{scene.own}annulla").send(scene.desk.http)
    again = scene.desk.http.post("/appuntamenti/", data=fields)
    assert again.headers["location"] == scene.own
    scene.wait(15 * MINUTE)
    assert scene.heading() == "Questo appuntamento è annullato"


def test_the_page_carries_its_own_address_onto_paper(make: Make) -> None:
    scene = make()
    scene.book()
    text = scene.desk.http.get(scene.own).text
    assert f"{scene.desk.settings.site_url}{scene.own}" in text
    assert 'class="paper-code"' in text
    assert scene.desk.clock.now > NOW
