"""The steps of a booking in HTML, walked as a browser without JavaScript walks them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import icalendar
import pytest

from plugins.booking.storage.schema import bookings, outbox
from tests.booking.database import out_of_reach
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content, write_front_matter
from tests.booking.page import Page
from tests.booking.processes import eventually
from tests.booking.tables import count

TEN = "2027-01-12T09:00:00Z"
TIMES, DETAILS, CHECK, BOOK = (f"/appuntamenti/{step}" for step in ("orari", "dettagli", "controlla", ""))
_MEETING_BUTTON = re.compile(r'<button[^>]* name="meeting" value="(\w+)"')
TYPED = {
    "name": 'Zoè "Zizì" <b>',
    "email": "zoe@example.com",
    "phone": "+39 333 1234567",
    "message": "\n  Due righe,\ne un’altra & basta.",
}


def titled(answer: httpx.Response) -> str:
    return Page(answer).title


def check_page(desk: Endpoint, start: str = TEN, **typed: str) -> httpx.Response:
    """Walk to the fourth step."""
    details = Page(desk.http.get(DETAILS, params={"meeting": "conoscitiva", "start": start}))
    return details.form(CHECK).send(desk.http, **(TYPED | typed))


def test_choosing_a_time_zone_keeps_meeting_service_and_date(desk: Endpoint) -> None:
    first = Page(desk.http.get(TIMES, params={"service": "ricerca", "from": "2027-01-20"}))
    (aside,) = [one for one in first.links if one.startswith("/appuntamenti/fuso?")]
    choosing = Page(desk.http.get(aside)).form(TIMES)
    kept = {"meeting": "conoscitiva", "service": "ricerca", "from": "2027-01-20"}
    assert choosing.fields == kept | {"timezone": ""}
    assert "Asia/Kathmandu" in choosing.choices["timezone"]
    times = Page(choosing.send(desk.http, timezone="Asia/Kathmandu"))
    assert times.form(DETAILS).fields["timezone"] == "Asia/Kathmandu"
    assert "13:45 da te" in times.words
    assert "mercoledì 20 gennaio" in times.words
    assert "martedì 19 gennaio" not in times.words
    (again,) = [one for one in times.links if one.startswith("/appuntamenti/fuso?")]
    assert Page(desk.http.get(again)).form(TIMES).fields == kept | {"timezone": "Asia/Kathmandu"}


@pytest.mark.parametrize(
    "own", ["Europe/Rome", "Europe/Vatican", "Europe/San_Marino", "Europe/Berlin", "Arctic/Longyearbyen"]
)
def test_a_zone_with_her_clock_is_told_nowhere(desk: Endpoint, own: str) -> None:
    for query in ({}, {"service": "ricerca"}, {"from": "2027-01-20"}):
        words = Page(desk.http.get(TIMES, params={"meeting": "conoscitiva", "timezone": own} | query)).words
        assert "Sei all’estero? Vedi anche la tua ora" in words
        assert not any(said in words for said in ("da te", "Accanto a ogni orario"))
    # After going on without a choice, too; what was chosen goes along all the same.
    wrong = Page(desk.http.post(DETAILS, data={"meeting": "conoscitiva", "timezone": own}))
    assert "Accanto a ogni orario" not in wrong.words
    assert wrong.form(DETAILS).fields["timezone"] == own


def test_a_zone_that_differs_is_named_after_the_times(desk: Endpoint) -> None:
    words = Page(desk.http.get(TIMES, params={"meeting": "conoscitiva", "timezone": "America/New_York"})).words
    assert "Accanto a ogni orario trovi anche l’ora di New York. Cambia città" in words
    assert "estero" not in words


@pytest.mark.parametrize(
    ("alias", "listed"), [("Asia/Kolkata", "Asia/Calcutta"), ("Europe/Kyiv", "Europe/Kiev"), ("Etc/UTC", "")]
)
def test_another_name_of_a_listed_city_is_selected(desk: Endpoint, alias: str, listed: str) -> None:
    zone = Page(desk.http.get("/appuntamenti/fuso", params={"meeting": "conoscitiva", "timezone": alias}))
    assert zone.form(TIMES).fields["timezone"] == listed


def test_time_zone_page_needs_a_meeting_and_ignores_unknown_zones(desk: Endpoint) -> None:
    assert desk.http.get("/appuntamenti/fuso").headers["location"] == "/prenota/"
    assert desk.http.get("/appuntamenti/fuso?meeting=niente").status_code == 404
    odd = desk.http.get("/appuntamenti/fuso", params={"meeting": "conoscitiva", "timezone": "Mars/Base"})
    assert (odd.status_code, "Mars" in odd.text) == (200, False)


def test_a_service_of_several_meetings_asks_which(tmp_path: Path) -> None:
    root = write_content(tmp_path)
    several = {"title": "Ricerca", "summary": "In breve.", "meetings": ["conoscitiva", "telefonata"]}
    write_front_matter(root / "services/macro/ricerca.md", several)
    with endpoint(root, f"sqlite:///{tmp_path}/booking.db") as desk:
        which = desk.http.get(TIMES, params={"service": "ricerca"})
        assert titled(which).startswith("Quale appuntamento?")
        assert _MEETING_BUTTON.findall(which.text) == ["conoscitiva", "telefonata"]
        times = Page(Page(which).form(TIMES).send(desk.http, meeting="telefonata"))
        assert times.form(DETAILS).fields["meeting"] == "telefonata"
        assert times.form(DETAILS).fields["service"] == "ricerca"


def test_an_unlisted_meeting_is_booked_by_its_address_alone(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path, {"listed": False}), f"sqlite:///{tmp_path}/booking.db") as desk:
        assert [one["slug"] for one in desk.http.get("/api/meetings").json()] == ["telefonata"]
        assert desk.http.get(TIMES, params={"meeting": "conoscitiva"}).status_code == 200
        gone = desk.http.get(TIMES, params={"meeting": "niente"})
        assert _MEETING_BUTTON.findall(gone.text) == ["telefonata"]


def test_the_whole_walk_from_a_service_to_the_appointment(desk: Endpoint) -> None:
    times = desk.http.get(TIMES, params={"service": "ricerca"})
    assert times.status_code == 200
    assert titled(times).startswith("Passo 2 di 4: giorno e ora")
    choosing = Page(times).form(DETAILS)
    assert choosing.choices["start"][0] == "2027-01-11T10:00:00Z"
    assert choosing.method == "get"

    details = choosing.send(desk.http, start=TEN)
    assert titled(details).startswith("Passo 3 di 4: i tuoi dati")
    checking = Page(details).form(CHECK)
    assert (checking.fields["meeting"], checking.fields["service"]) == ("conoscitiva", "ricerca")

    check = checking.send(desk.http, **TYPED, answers__attivita="Vendo tè")
    assert check.status_code == 200
    assert titled(check).startswith("Passo 4 di 4: controlla e conferma")
    assert "Vendo tè" in Page(check).words
    assert count(desk.engine, bookings) == 0

    done = Page(check).form(BOOK).send(desk.http)
    assert done.status_code == 303
    assert re.fullmatch(r"/appuntamenti/[\w-]+/", done.headers["location"])
    appointment = desk.http.get(done.headers["location"])
    assert appointment.status_code == 200
    assert "zoe@example.com" in Page(appointment).words
    assert "martedì 12 gennaio" in titled(appointment)
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (1, 2)


def test_what_was_typed_is_what_is_kept(desk: Endpoint) -> None:
    done = Page(check_page(desk)).form(BOOK).send(desk.http)
    token = done.headers["location"].split("/")[2]
    identity = desk.http.get(f"/api/bookings/{token}").json()["id"]
    kept = desk.store.booking(identity)
    assert kept
    assert (kept.name, kept.phone) == (TYPED["name"], TYPED["phone"])
    assert kept.message == TYPED["message"].strip()


def test_meeting_may_be_given_directly_or_by_its_service(desk: Endpoint) -> None:
    for query, said in (
        ("meeting=telefonata", "Telefonata"),
        ("service=telefono", "Telefonata"),
        ("meeting=conoscitiva&service=", "Chiacchierata conoscitiva"),
        ("meeting=&service=ricerca", "Chiacchierata conoscitiva"),
    ):
        answer = desk.http.get(f"{TIMES}?{query}")
        assert answer.status_code == 200
        assert said in Page(answer).words


def test_missing_service_and_meeting_redirect_to_the_first_step(desk: Endpoint) -> None:
    for path in (TIMES, f"{TIMES}?service=&meeting=", DETAILS):
        answer = desk.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/prenota/")


@pytest.mark.parametrize("query", ["meeting=nessuna", "service=nessuno", "meeting=nessuna&service=ricerca"])
def test_unknown_meeting_or_service_is_a_404_page(desk: Endpoint, query: str) -> None:
    answer = desk.http.get(f"{TIMES}?{query}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_the_days_are_paged_and_every_page_leads_on(desk: Endpoint) -> None:
    query, starts = "meeting=conoscitiva", set()
    for _ in range(10):
        answer = desk.http.get(f"{TIMES}?{query}")
        starts.update(Page(answer).form(DETAILS).choices["start"])
        later = re.search(r'/appuntamenti/orari\?([^"]+)">Giorni dopo', answer.text)
        if later is None:
            break
        query = later[1].replace("&amp;", "&")
    told = desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-11&to=2027-03-01").json()["slots"]
    assert len(starts) == len(told)


def test_going_on_without_a_time_says_what_to_do(desk: Endpoint) -> None:
    for start in ("", "domani"):
        answer = desk.http.get(DETAILS, params={"meeting": "conoscitiva", "start": start})
        assert answer.status_code == 422
        assert titled(answer).startswith("Errore: ")
        assert "Scegli un giorno e un orario." in Page(answer).words


def test_details_errors_are_shown_at_their_fields_keeping_all_input(desk: Endpoint) -> None:
    typed = {"name": "", "email": "zoe@", "phone": "chiamami", "message": "Resta & qui", "answers__attivita": "Tè"}
    answer = check_page(desk, **typed)
    assert answer.status_code == 422
    page = Page(answer)
    assert page.title.startswith("Errore: Passo 3 di 4")
    assert set(page.wrong) == {"name", "email", "phone"}
    assert "Inserisci il tuo nome" in page.error_at("name")
    assert "email completa" in page.error_at("email")
    fields = page.form(CHECK).fields
    assert {name: fields[name.replace("__", ".")] for name in typed} == typed


def test_slot_taken_at_confirmation_returns_to_slots_keeping_all_input(desk: Endpoint) -> None:
    check = Page(check_page(desk, answers__attivita="Tè"))
    assert desk.http.post("/api/bookings", json=asked()).status_code == 201
    lost = check.form(BOOK).send(desk.http)
    assert lost.status_code == 409
    page = Page(lost)
    assert page.title.startswith("Errore: Passo 2 di 4")
    again = page.form(CHECK)
    nearest = ["2027-01-12T08:00:00Z", "2027-01-12T08:30:00Z", "2027-01-12T09:30:00Z"]
    assert again.choices["start"][:3] == nearest
    assert (again.fields["name"], again.fields["answers.attivita"]) == (TYPED["name"], "Tè")
    second = again.send(desk.http, start=nearest[0])
    done = Page(second).form(BOOK).send(desk.http)
    assert done.status_code == 303
    assert count(desk.engine, bookings) == 2


def test_slot_taken_while_typing_details_is_told_at_next_step(desk: Endpoint) -> None:
    desk.http.post("/api/bookings", json=asked())
    answer = desk.http.post(CHECK, data={"meeting": "conoscitiva", "start": TEN} | TYPED)
    assert answer.status_code == 409
    assert Page(answer).form(CHECK).fields["message"].strip() == TYPED["message"].strip()


def test_going_back_to_the_details_keeps_them(desk: Endpoint) -> None:
    details = Page(check_page(desk)).form(DETAILS).send(desk.http)
    assert details.status_code == 200
    fields = Page(details).form(CHECK).fields
    assert (fields["name"], fields["phone"], fields["start"]) == (TYPED["name"], TYPED["phone"], TEN)


def test_choosing_another_time_keeps_what_was_typed_so_far(desk: Endpoint) -> None:
    details = Page(desk.http.get(DETAILS, params={"meeting": "conoscitiva", "start": TEN})).form(CHECK)
    half = details.fields | {"name": TYPED["name"], "email": ""}
    times = Page(desk.http.post(TIMES, data=half))
    assert times.title.startswith("Passo 2 di 4")
    later = times.form(TIMES)
    assert later.fields["name"] == TYPED["name"]
    again = times.form(DETAILS).send(desk.http, start="2027-01-12T09:30:00Z")
    assert again.status_code == 200
    fields = Page(again).form(CHECK).fields
    assert (fields["name"], fields["start"]) == (TYPED["name"], "2027-01-12T09:30:00Z")


def test_confirming_twice_books_once_and_leads_to_the_same_page(desk: Endpoint) -> None:
    form = Page(check_page(desk)).form(BOOK)
    first, second = form.send(desk.http), form.send(desk.http)
    assert first.headers["location"] == second.headers["location"]
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (1, 2)


def test_confirming_twice_without_a_key_books_once_as_well(desk: Endpoint) -> None:
    fields = {"meeting": "conoscitiva", "start": TEN} | TYPED
    first, second = (desk.http.post(BOOK, data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert count(desk.engine, bookings) == 1


def test_one_key_with_other_details_is_refused_and_shows_them(desk: Endpoint) -> None:
    form = Page(check_page(desk)).form(BOOK)
    form.send(desk.http)
    answer = form.send(desk.http, name="Un’altra")
    assert answer.status_code == 422
    assert "Un’altra" in Page(answer).words
    assert "hai già prenotato" in Page(answer).words
    assert count(desk.engine, bookings) == 1


def test_while_the_database_is_down_nothing_typed_is_lost(desk: Endpoint) -> None:
    form = Page(check_page(desk)).form(BOOK)
    with out_of_reach(desk.engine):
        answer = form.send(desk.http)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert desk.http.get("/health").status_code == 503
        assert desk.http.get(f"{TIMES}?meeting=conoscitiva").status_code == 503
        assert desk.http.post("/api/bookings", json=asked()).status_code == 503
    again = Page(answer).form(BOOK)
    assert again.fields == form.fields
    assert again.send(desk.http).status_code == 303


def test_removed_service_is_dropped_and_the_booking_goes_on(desk: Endpoint) -> None:
    fields = {"meeting": "conoscitiva", "service": "ricerca", "start": TEN} | TYPED
    check = Page(desk.http.post(CHECK, data=fields)).form(BOOK)
    (desk.content / "services/macro/ricerca.md").unlink()
    eventually(lambda: "service" not in Page(desk.http.post(CHECK, data=fields)).form(BOOK).fields)
    done = check.send(desk.http)
    assert done.status_code == 303
    assert "Ricerca" not in Page(desk.http.get(done.headers["location"])).words


def test_removed_meeting_is_told_with_alternatives_keeping_all_input(desk: Endpoint) -> None:
    for path in (DETAILS, CHECK, BOOK, TIMES):
        answer = desk.http.post(path, data={"meeting": "cena", "start": TEN} | TYPED)
        assert answer.status_code == 404
        again = Page(answer)
        assert "non si tiene più" in again.words
        form = again.form(TIMES)
        times = Page(form.send(desk.http, meeting="telefonata"))
        details = Page(times.form(DETAILS).send(desk.http, start=TEN))
        assert details.form(CHECK).fields["name"] == TYPED["name"]


def test_only_the_final_booking_step_counts_against_the_rate_limit(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", BOOKING_RATE_LIMIT="1/10minutes") as desk:
        first, second = Page(check_page(desk)).form(BOOK), Page(check_page(desk, name="Ada")).form(BOOK)
        for _ in range(5):
            assert desk.http.post(DETAILS, data=first.fields).status_code == 200
        assert first.send(desk.http).status_code == 303
        limited = second.send(desk.http, start="2027-01-12T09:30:00Z")
        assert limited.status_code == 429
        assert 590 < int(limited.headers["retry-after"]) <= 601
        page = Page(limited)
        assert page.title.startswith("Errore: ")
        assert "riprova fra 10 minuti" in page.words or "riprova fra 11 minuti" in page.words
        assert page.form(BOOK).fields == second.fields | {"start": "2027-01-12T09:30:00Z"}
        assert count(desk.engine, bookings) == 1


def test_a_step_is_kept_by_the_browser_alone(desk: Endpoint) -> None:
    assert check_page(desk).headers["cache-control"] == "private, no-cache"
    assert check_page(desk, email="no").headers["cache-control"] == "private, no-cache"


def test_manage_address_without_trailing_slash_redirects_to_the_page(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    answer = desk.http.get(made["manage_url"].rstrip("/"), follow_redirects=True)
    assert answer.status_code == 200


def test_the_calendar_file_of_an_appointment_can_be_downloaded(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    answer = desk.http.get(made["calendar_url"])
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "attachment" in answer.headers["content-disposition"]
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["UID"]).startswith(f"{made['id']}@")
    assert "Ada" not in answer.text


def test_calendar_file_of_a_pending_request_is_tentative(desk: Endpoint) -> None:
    fields = asked(meeting="telefonata", phone="333 1234567")
    made = desk.http.post("/api/bookings", json=fields).json()
    (event,) = icalendar.Calendar.from_ical(desk.http.get(made["calendar_url"]).content).walk("VEVENT")
    assert event["STATUS"] == "TENTATIVE"
    assert str(event["SUMMARY"]).startswith("Da confermare: ")
    assert "in attesa di conferma" in str(event["DESCRIPTION"])
    assert "è confermato" not in str(event["DESCRIPTION"])


def test_booking_page_is_kept_out_of_caches_and_search_engines(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    headers = desk.http.get(made["manage_url"]).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert desk.http.get("/appuntamenti/" + "0" * 54 + "/").status_code == 404


@pytest.mark.parametrize("path", [DETAILS, CHECK, BOOK, "/messaggi/"])
def test_unreadable_form_is_answered_with_an_html_error_page(desk: Endpoint, path: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def pieces() -> Iterator[bytes]:
        yield from [b"message=", *[b"x" * 8192] * 9]

    for body, headers, status in (
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"message=" + b"x" * 70_000, form, 413),
        (pieces(), form, 413),
        (b"name=%ff%fe", form, 400),
        (b"&".join(b"f%d=1" % number for number in range(200)), form, 400),
    ):
        answer = desk.http.post(path, content=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_a_required_question_is_asked_at_its_field(tmp_path: Path) -> None:
    question = {"key": "attivita", "label": "Di cosa ti occupi?", "required": True}
    content = write_content(tmp_path / "content", talk={"questions": [question]})
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        answer = check_page(desk)
        assert answer.status_code == 422
        assert "Di cosa ti occupi?" in Page(answer).error_at("answers.attivita")


def test_no_step_changes_anything_before_the_last(desk: Endpoint) -> None:
    check_page(desk)
    for path in (TIMES, DETAILS):
        desk.http.get(path, params={"meeting": "conoscitiva", "start": TEN} | TYPED)
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (0, 0)


def test_get_on_a_post_address_redirects_to_the_forms_start(desk: Endpoint) -> None:
    for path, where in ((BOOK, "/prenota/"), (CHECK, "/prenota/"), ("/messaggi/", "/contatti/")):
        answer = desk.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, where)


def test_answer_to_no_question_is_dropped_and_told(desk: Endpoint) -> None:
    for way in (DETAILS, CHECK):
        fields = {"meeting": "conoscitiva", "start": TEN, "answers.tolta": "Forse", "answers.attivita": "Tè"} | TYPED
        answer = desk.http.post(way, data=fields)
        assert answer.status_code == 200
        assert "Una risposta non serve più" in Page(answer).words
        form = Page(answer).form(CHECK if way == DETAILS else BOOK)
        assert ("answers.tolta" in form.fields, form.fields["answers.attivita"]) == (False, "Tè")
        assert "Una risposta" not in Page(form.send(desk.http)).words


def test_booking_with_a_dropped_answer_is_read_once_more(desk: Endpoint) -> None:
    form = Page(check_page(desk)).form(BOOK)
    told = form.send(desk.http, answers__tolta="Forse")
    assert (told.status_code, count(desk.engine, bookings)) == (422, 0)
    assert "Una risposta non serve più" in Page(told).words
    assert Page(told).form(BOOK).send(desk.http).status_code == 303
    assert Page(check_page(desk, "2027-01-12T10:00:00Z")).form(BOOK).send(desk.http, answers__x=" ").status_code == 303


def test_mail_offered_during_an_outage_holds_all_that_was_typed(desk: Endpoint) -> None:
    check = Page(check_page(desk, answers__attivita="Ceramica", message="é" * 3000)).form(BOOK)
    with out_of_reach(desk.engine):
        answer = check.send(desk.http)
    assert answer.status_code == 503
    (link,) = {one for one in Page(answer).links if one.startswith("mailto:") and "body=" in one}
    assert len(link) < 2000
    mail = unquote(link)
    assert "&nbsp;" not in mail
    for words in (
        "Chiacchierata conoscitiva, 30",
        "martedì 12 gennaio, 10:00–10:30",
        TYPED["name"],
        TYPED["email"],
        "Ceramica",
        "ééé",
    ):
        assert words in mail
    assert mail.endswith("… (il resto è sulla pagina)")
