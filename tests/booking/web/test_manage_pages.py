"""The visitor moves and cancels her appointment on its own page, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.booking.database import read_only
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW, asked, write_content
from tests.booking.page import Page

TEN = "2027-01-12T09:00:00Z"
ELEVEN = "2027-01-12T10:00:00Z"
NOON = "2027-01-12T11:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", change_notice="12h")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


@pytest.fixture
def own(desk: Endpoint) -> str:
    """The address of an appointment's page."""
    made = desk.http.post("/api/bookings", json=asked(timezone="Pacific/Auckland"))
    return str(made.json()["manage_url"]).removeprefix(str(desk.http.base_url).rstrip("/"))


def private(answer: httpx.Response) -> bool:
    headers = answer.headers
    return (headers["cache-control"], headers["x-robots-tag"], headers["referrer-policy"]) == (
        "no-store",
        "noindex",
        "no-referrer",
    )


def test_manage_page_shows_the_change_deadline_and_links_to_changes(desk: Endpoint, own: str) -> None:
    answer = desk.http.get(own)
    assert private(answer)
    words = Page(answer).words
    assert "fino alle 22:00 di lunedì 11 gennaio (ora italiana; da te martedì 12 gennaio, 10:00)" in words
    assert "22:00 da te" in words
    assert f'href="{own}sposta"' in answer.text
    assert f'href="{own}annulla"' in answer.text


def test_a_visitor_moves_to_another_time_with_one_post(desk: Endpoint, own: str) -> None:
    times = desk.http.get(f"{own}sposta")
    assert private(times)
    form = Page(times).form(f"{own}sposta")
    assert form.method == "post"
    assert f'value="{TEN}"' not in times.text
    desk.clock.now += timedelta(seconds=1)
    moved = form.send(desk.http, start=ELEVEN)
    assert (moved.status_code, moved.headers["location"]) == (303, own)
    words = Page(desk.http.get(own)).words
    assert "Fatto, l’appuntamento è spostato" in words
    assert "11:00–11:30" in words
    # The Back button and a second click: what is done stays done once.
    assert form.send(desk.http, start=ELEVEN).status_code == 303


def test_back_and_another_time_asks_once_more_and_then_moves(desk: Endpoint, own: str) -> None:
    form = Page(desk.http.get(f"{own}sposta")).form(f"{own}sposta")
    assert form.send(desk.http, start=ELEVEN).status_code == 303
    asked_again = form.send(desk.http, start=NOON)
    assert asked_again.status_code == 422
    page = Page(asked_again)
    assert "premi ancora" in page.words
    assert "11:00–11:30" in Page(desk.http.get(own)).words
    assert page.form(f"{own}sposta").send(desk.http, start=NOON).status_code == 303
    assert "12:00–12:30" in Page(desk.http.get(own)).words


def test_cancelling_again_in_other_words_leads_to_what_is_cancelled(desk: Endpoint, own: str) -> None:
    form = Page(desk.http.get(f"{own}annulla")).form(f"{own}annulla")
    for reason in ("Ho cambiato idea", "Scusami"):
        gone = form.send(desk.http, reason=reason)
        assert (gone.status_code, gone.headers["location"]) == (303, own)


def test_slot_lost_while_rescheduling_is_told_with_other_slots(desk: Endpoint, own: str) -> None:
    form = Page(desk.http.get(f"{own}sposta")).form(f"{own}sposta")
    desk.http.post("/api/bookings", json=asked(start=ELEVEN))
    answer = form.send(desk.http, start=ELEVEN)
    assert answer.status_code == 409
    page = Page(answer)
    assert page.title.startswith("Errore: ")
    assert "Quell’orario non è più libero" in page.words
    assert page.form(f"{own}sposta")
    assert "10:00–10:30" in Page(desk.http.get(own)).words


def test_going_on_without_a_time_says_what_to_do(desk: Endpoint, own: str) -> None:
    answer = desk.http.post(f"{own}sposta", data={"start": ""})
    assert answer.status_code == 422
    assert "Scegli un giorno e un orario." in Page(answer).words


def test_a_visitor_cancels_with_one_post_and_may_say_why(desk: Endpoint, own: str) -> None:
    asking = desk.http.get(f"{own}annulla")
    assert private(asking)
    gone = Page(asking).form(f"{own}annulla").send(desk.http, reason="Ho cambiato idea")
    assert (gone.status_code, gone.headers["location"]) == (303, own)
    answer = desk.http.get(own)
    assert "annullato" in Page(answer).words.lower()
    assert "/sposta" not in answer.text
    assert desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12").json()["slots"][2]


def test_overlong_cancellation_reason_is_refused_and_stays_in_the_form(desk: Endpoint, own: str) -> None:
    answer = desk.http.post(f"{own}annulla", data={"reason": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.text


def test_looking_changes_nothing(desk: Endpoint, own: str) -> None:
    before = desk.http.get(own).text
    for path in ("", "sposta", "annulla", "invito.ics", f"sposta?start={ELEVEN}"):
        assert desk.http.get(own + path).status_code == 200
        assert desk.http.head(own + path).status_code == 200
    assert desk.http.get(own).text == before


@pytest.mark.parametrize("path", ["sposta", "annulla"])
def test_change_pages_say_it_is_too_late_after_the_deadline(desk: Endpoint, own: str, path: str) -> None:
    desk.clock.now = NOW + timedelta(hours=13, seconds=1)
    assert desk.http.get(own + path).status_code == 409
    assert desk.http.post(own + path, data={"start": ELEVEN}).status_code == 409
    words = Page(desk.http.get(own)).words
    assert "Da questa pagina non si può più" in words


@pytest.mark.parametrize("path", ["sposta", "annulla"])
def test_a_token_that_is_none_leads_nowhere(desk: Endpoint, path: str) -> None:
    for answer in (
        desk.http.get(f"/appuntamenti/abc/{path}"),
        desk.http.post(f"/appuntamenti/abc/{path}", data={"start": ""}),
    ):
        assert answer.status_code == 404


def test_cancellation_during_an_outage_keeps_its_reason_for_resending(desk: Endpoint, own: str) -> None:
    form = Page(desk.http.get(f"{own}annulla")).form(f"{own}annulla")
    with read_only(desk.engine):
        answer = form.send(desk.http, reason="Ho la febbre")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert private(answer)
    again = Page(answer).form(f"{own}annulla")
    assert again.fields == form.fields | {"reason": "Ho la febbre"}
    assert again.send(desk.http).status_code == 303
    assert "annullato" in Page(desk.http.get(own)).words.lower()


def test_rescheduling_during_an_outage_keeps_the_slot_for_resending(desk: Endpoint, own: str) -> None:
    far = "2027-02-08T10:00:00Z"  # not among the first that are offered
    form = Page(desk.http.get(f"{own}sposta", params={"from": "2027-02-08"})).form(f"{own}sposta")
    with read_only(desk.engine):
        answer = form.send(desk.http, start=far)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert private(answer)
    assert "non si riesce a salvare" in Page(answer).words
    again = Page(answer).form(f"{own}sposta")
    assert again.fields == form.fields | {"start": far}
    assert again.send(desk.http).status_code == 303
    assert "lunedì 8 febbraio, 11:00–11:30" in Page(desk.http.get(own)).words


def test_another_site_cannot_move_or_cancel(desk: Endpoint, own: str) -> None:
    for path in ("sposta", "annulla"):
        answer = desk.http.post(own + path, data={"start": ELEVEN}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


def test_chosen_time_zone_is_shown_and_kept_through_all_steps(desk: Endpoint) -> None:
    answer = desk.http.get("/appuntamenti/orari?meeting=conoscitiva&timezone=Asia/Kathmandu")
    assert "14:45 da te" in Page(answer).words
    form = Page(answer).form("/appuntamenti/dettagli")
    assert form.fields["timezone"] == "Asia/Kathmandu"
    details = form.send(desk.http, start=TEN)
    check = Page(details).form("/appuntamenti/controlla").send(desk.http, name="Ada", email="ada@example.com")
    assert "14:45 da te" in Page(check).words
    made = Page(check).form("/appuntamenti/").send(desk.http)
    assert "14:45 da te" in Page(desk.http.get(made.headers["location"])).words


def test_a_zone_that_we_do_not_know_is_left_out(desk: Endpoint) -> None:
    answer = desk.http.get("/appuntamenti/orari?meeting=conoscitiva&timezone=Etc/Unknown")
    assert answer.status_code == 200
    assert Page(answer).form("/appuntamenti/dettagli").fields["timezone"] == ""
