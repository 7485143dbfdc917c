"""The JSON API, asked over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi.openapi.models import OpenAPI

from plugins.booking.storage.schema import bookings, messages, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, asked, write_content
from tests.booking.tables import count

NOT_LATIN_MAIL = "ada@esempio"


def book(desk: Endpoint, key: str | None = None, **changed: object) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return desk.http.post("/api/bookings", json=asked(**changed), headers=headers)


def fields(answer: httpx.Response) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def test_the_meetings_are_told(desk: Endpoint) -> None:
    answer = desk.http.get("/api/meetings")
    assert answer.status_code == 200
    talk = {"slug": "conoscitiva", "title": "Chiacchierata conoscitiva", "minutes": 30, "where": "video"}
    assert answer.json()[0] == talk | {"confirmation": "automatic"}


def test_api_lists_a_days_slots_in_the_owner_zone(desk: Endpoint) -> None:
    answer = desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12").json()
    assert (answer["meeting"], answer["timezone"]) == ("conoscitiva", "Europe/Rome")
    assert len(answer["slots"]) == 8
    assert answer["slots"][0] == {
        "start": "2027-01-12T09:00:00+01:00",
        "end": "2027-01-12T09:30:00+01:00",
        "day": "martedì 12 gennaio",
        "time": "09:00",
    }


def test_api_tells_the_first_slots_within_a_limit(desk: Endpoint) -> None:
    every = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
    assert desk.http.get("/api/slots?meeting=conoscitiva&limit=3").json()["slots"] == every[:3]
    assert desk.http.get("/api/slots?meeting=conoscitiva&limit=9999").json()["slots"] == every
    for wrong in ("0", "-1", "tre", "10000"):
        assert fields(desk.http.get(f"/api/slots?meeting=conoscitiva&limit={wrong}")) == ["limit"]


def test_the_pages_of_any_site_may_read_the_free_times(desk: Endpoint) -> None:
    answer = desk.http.get("/api/slots?meeting=conoscitiva", headers={"Origin": "https://altrove.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in desk.http.get("/api/meetings").headers


def test_slots_within_the_notice_are_not_told(desk: Endpoint) -> None:
    answer = desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-11&to=2027-01-11").json()
    assert [slot["start"][11:16] for slot in answer["slots"]] == ["11:00", "11:30", "12:00", "12:30"]


def test_sixty_two_days_may_be_asked_for_and_no_more(desk: Endpoint) -> None:
    days = "/api/slots?meeting=conoscitiva&from=2027-01-11&to="
    assert desk.http.get(days + "2027-03-13").status_code == 200
    refused = desk.http.get(days + "2027-03-14")
    assert refused.status_code == 422
    assert fields(refused) == ["to"]


def test_every_wrong_parameter_of_the_slots_is_named_at_once(desk: Endpoint) -> None:
    assert fields(desk.http.get("/api/slots?from=domani&to=2027-1-1x")) == ["meeting", "from", "to"]


@pytest.mark.parametrize("day", ["2027-1-12", "2027-01-1", "٢٠٢٧-٠١-١٢", "20270112", "2027-W02-2", "2027-02-30"])
def test_a_day_is_written_in_one_way_only(desk: Endpoint, day: str) -> None:
    assert fields(desk.http.get("/api/slots", params={"meeting": "conoscitiva", "from": day})) == ["from"]


@pytest.mark.parametrize("path", ["/api/slots?meeting=nessuno", "/api/bookings/niente", "/api/altro"])
def test_what_does_not_exist_is_a_404_in_italian(desk: Endpoint, path: str) -> None:
    answer = desk.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Pagina non trovata"


def test_a_booking_is_kept_with_its_two_mails(desk: Endpoint) -> None:
    answer = book(desk, service="ricerca", message="Ciao!", answers={"attivita": "Vendo tè"})
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"id", "status", "meeting", "start", "end", "manage_url", "calendar_url"}
    assert (told["status"], told["meeting"]) == ("confirmed", "conoscitiva")
    assert (told["start"], told["end"]) == (FREE, "2027-01-12T10:30:00+01:00")
    assert count(desk.engine, bookings) == 1
    assert count(desk.engine, outbox) == 2


def test_api_finds_a_booking_by_its_token_only(desk: Endpoint) -> None:
    made = book(desk).json()
    token = made["manage_url"].rstrip("/").rsplit("/", 1)[-1]
    assert desk.http.get(f"/api/bookings/{token}").json() == made
    assert desk.http.get(f"/api/bookings/{token[:-1]}_").status_code == 404
    assert desk.http.get(f"/api/bookings/{made['id']}").status_code == 404


def test_a_meeting_confirmed_by_hand_waits(desk: Endpoint) -> None:
    answer = book(desk, meeting="telefonata", phone="+39 333 1234567")
    assert (answer.status_code, answer.json()["status"]) == (201, "pending")


def test_a_start_may_come_with_any_offset(desk: Endpoint) -> None:
    assert book(desk, start="2027-01-12T09:00:00Z").json()["start"] == FREE


def test_every_wrong_field_is_named_at_once(desk: Endpoint) -> None:
    wrong = {"meeting": "telefonata", "start": "domani", "email": NOT_LATIN_MAIL, "service": "nessuno"}
    answer = desk.http.post("/api/bookings", json=wrong)
    assert answer.status_code == 422
    assert fields(answer) == ["start", "name", "email", "phone", "service"]
    assert all(error["message"] for error in answer.json()["errors"])


def test_an_unknown_meeting_is_a_404(desk: Endpoint) -> None:
    assert book(desk, meeting="nessuno").status_code == 404


def test_taken_slot_is_a_409_with_the_nearest_free_slots(desk: Endpoint) -> None:
    book(desk)
    answer = book(desk, email="eva@example.com")
    assert answer.status_code == 409
    assert [slot["start"][11:16] for slot in answer.json()["nearest"]] == ["09:00", "09:30", "10:30"]
    assert count(desk.engine, bookings) == 1


@pytest.mark.parametrize(
    "start",
    [
        "2027-01-11T10:30:00+01:00",  # within the notice
        "2027-01-12T10:10:00+01:00",  # off the grid
        "2027-01-12T14:00:00+01:00",  # out of hours
        "2027-06-01T10:00:00+02:00",  # past the horizon
        "2026-01-12T10:00:00+01:00",  # past
        "9999-12-31T23:59:59+00:00",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_a_forbidden_slot_is_refused_and_free_ones_are_told(desk: Endpoint, start: str) -> None:
    answer = book(desk, start=start)
    assert answer.status_code in (409, 422)
    assert count(desk.engine, bookings) == 0
    if answer.status_code == 409:
        assert len(answer.json()["nearest"]) == 3


def test_two_meetings_of_different_kinds_share_one_calendar(desk: Endpoint) -> None:
    book(desk)
    assert book(desk, meeting="telefonata", phone="333 1234567").status_code == 409


def test_a_message_is_kept_with_its_mail(desk: Endpoint) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    answer = desk.http.post("/api/messages", json=body)
    assert answer.status_code == 201
    assert set(answer.json()) == {"id"}
    assert (count(desk.engine, messages), count(desk.engine, outbox)) == (1, 1)


def test_an_empty_message_names_each_field(desk: Endpoint) -> None:
    assert fields(desk.http.post("/api/messages", json={})) == ["name", "email", "message"]


def test_same_idempotency_key_and_body_book_once_with_equal_answers(desk: Endpoint) -> None:
    first, second = book(desk, key="k1"), book(desk, key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (1, 2)


@pytest.mark.parametrize("path", ["/api/bookings", "/api/messages", "/appuntamenti/", "/messaggi/"])
def test_concurrent_posts_with_one_idempotency_key_have_one_effect(desk: Endpoint, path: str) -> None:
    booking = path in {"/api/bookings", "/appuntamenti/"}
    fields = asked() if booking else {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}

    def send(_: int) -> tuple[int, str | None, str]:
        if path.startswith("/api"):
            answer = desk.http.post(path, json=fields, headers={"Idempotency-Key": "k"})
        else:
            answer = desk.http.post(path, data=fields | {"idempotency_key": "k"})
        return answer.status_code, answer.headers.get("location"), answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == (201 if path.startswith("/api") else 303)
    assert count(desk.engine, bookings) + count(desk.engine, messages) == 1
    assert count(desk.engine, outbox) == (2 if booking else 1)


def test_the_same_key_with_another_body_is_refused(desk: Endpoint) -> None:
    book(desk, key="k1")
    answer = book(desk, key="k1", start="2027-01-13T10:00:00+01:00")
    assert answer.status_code == 422
    assert count(desk.engine, bookings) == 1


def test_a_refused_attempt_leaves_its_key_free(desk: Endpoint) -> None:
    assert book(desk, key="k1", name="").status_code == 422
    assert book(desk, key="k1").status_code == 201


def test_without_a_key_two_messages_are_two(desk: Endpoint) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    ids = {desk.http.post("/api/messages", json=body).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("path", ["/api/bookings", "/api/messages"])
def test_only_json_is_accepted(desk: Endpoint, path: str) -> None:
    assert desk.http.post(path, data={"name": "Ada"}).status_code == 415
    assert desk.http.post(path, content=b"{}").status_code == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b"\xff", 400),
        (b"[" * 30_000, 400),
        (b'{"name":' + b"[" * 957 + b"]" * 957 + b"}", 400),
        (b'{"name":' + b'{"a":' * 21 + b"1" + b"}" * 22, 400),
        (b'{"n": ' + b"9" * 5000 + b"}", 400),
        (b"[]", 422),
        (b'"ciao"', 422),
        (b'{"name": 3, "email": [], "message": {}, "answers": 7}', 422),
        (b'{"name": "\\ud800", "email": "a@b.it", "message": "x"}', 422),
        (b'{"meeting": "conoscitiva", "answers": {"\\ud800": "x"}}', 400),
        (b'{"name": "a\\r\\nBcc: x@y.it", "email": "a@b.it", "message": "x"}', 422),
    ],
)
def test_a_body_that_makes_no_sense_is_told_so(desk: Endpoint, body: bytes, status: int) -> None:
    for path in ("/api/bookings", "/api/messages"):
        headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
        answer = desk.http.post(path, content=body, headers=headers)
        assert answer.status_code == status
        assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/bookings", "/api/messages"])
def test_body_over_64_kib_is_413_even_without_content_length(desk: Endpoint, path: str) -> None:
    long = json.dumps({"message": "x" * 70_000}).encode()

    def pieces() -> Iterator[bytes]:
        yield from (long[at : at + 8192] for at in range(0, len(long), 8192))

    for body in (long, pieces()):
        answer = desk.http.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["title"] == "Testo troppo lungo"


def test_a_post_from_another_site_is_refused(desk: Endpoint) -> None:
    answer = desk.http.post("/api/bookings", json=asked(), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert count(desk.engine, bookings) == 0


def test_a_post_from_our_own_pages_passes(desk: Endpoint) -> None:
    origin = {"Origin": str(desk.http.base_url).rstrip("/")}
    assert desk.http.post("/api/bookings", json=asked(), headers=origin).status_code == 201


def test_too_many_posts_are_told_when_to_come_back(content: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(content, database, BOOKING_RATE_LIMIT="2/hour") as desk:
        assert [desk.http.post("/api/messages", json={}).status_code for _ in range(3)] == [422, 422, 429]
        answer = desk.http.post("/api/messages", json={})
        assert 3500 < int(answer.headers["retry-after"]) <= 3601
        assert desk.http.get("/api/meetings").status_code == 200


def test_the_openapi_document_is_valid_and_names_every_address(desk: Endpoint) -> None:
    document = desk.http.get("/api/openapi.json").json()
    OpenAPI.model_validate(document)
    posts = {path for path, operations in document["paths"].items() if "post" in operations}
    assert posts == {
        "/api/bookings",
        "/api/messages",
        "/api/bookings/{token}/reschedule",
        "/api/bookings/{token}/cancel",
        "/api/waiting",
    }
    gets = {path for path, operations in document["paths"].items() if "get" in operations}
    assert gets == {"/api/meetings", "/api/slots", "/api/bookings/{token}", "/health"}
    assert document["openapi"].startswith("3.1")


def test_the_owners_day_ends_at_her_midnight(tmp_path: Path) -> None:
    every = {day: ["00:00-24:00"] for day in ("monday", "tuesday", "wednesday")}
    content = write_content(tmp_path / "content", hours=every)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        asked_for = desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12").json()
    starts = [slot["start"] for slot in asked_for["slots"]]
    assert (len(starts), starts[0], starts[-1]) == (48, "2027-01-12T00:00:00+01:00", "2027-01-12T23:30:00+01:00")
