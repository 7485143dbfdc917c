"""Nothing that a visitor or the owner is told by the endpoint is said past the catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest
from sqlalchemy import select, update

from plugins.booking.agenda.list_pages import _DONE
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import bookings, outbox
from tests.booking.agenda.owner import links, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content
from tests.language.marking import Seen, take_words_away, unmarked, unmarked_on

DAY = "2027-01-12"
WHO = {"name": "Xxx Xxxx", "email": "xxx@xxxx.xx"}
TALK, CALL = "conoscitiva", "telefonata"


def at(hour: str, day: str = DAY) -> str:
    return f"{day}T{hour}:00+01:00"


@pytest.fixture
def content(tmp_path: Path, with_marks: None) -> Path:
    rules: dict[str, Any] = {"change_notice": "12h", "pending_expiry": "2d", "reminder": "24h", "retention": "30d"}
    content = write_content(tmp_path / "content", {"per_day": 4}, **rules)
    take_words_away(content)
    return content


@pytest.fixture
def desk(content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


class Reader:
    """Asks, and gathers what is said past the catalogue."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.left: list[tuple[str, str, str]] = []
        self.seen = ""

    def __call__(self, status: int, method: str, path: str, **asked: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Ask, and see that the answer has a status."""
        answer = self.http.request(method, path, **asked)
        assert answer.status_code == status, (method, path, asked, answer.status_code, answer.text[-2000:])
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            self.note(f"{method} {path}", unmarked_on(answer.text))
            self.seen += " ".join(text for _, text in Seen(answer.text).texts)
        elif "json" in kind and status >= 400:
            told = answer.json()
            errors = [error["message"] for error in told.get("errors", ())]
            self.note(
                f"{method} {path}", [("json", one) for one in (told["title"], told["detail"], *errors) if unmarked(one)]
            )
        return answer

    def note(self, where: str, found: list[tuple[str, str]]) -> None:
        self.left += [(where, place, text) for place, text in found]


@pytest.fixture
def ask(desk: Endpoint) -> Iterator[Reader]:
    reader = Reader(desk.http)
    yield reader
    assert reader.left == []
    assert "⟦" in reader.seen or not reader.seen


def book(desk: Endpoint, hour: str, meeting: str = TALK, **more: object) -> str:
    asked = {"meeting": meeting, "start": at(hour), **WHO, **({"phone": "333 123456"} if meeting == CALL else {})}
    answer = httpx.post(f"{desk.http.base_url}/api/bookings", json=asked | more)
    assert answer.status_code == 201, answer.text
    return str(httpx.URL(answer.json()["manage_url"]).path)


def test_booking_steps_and_their_errors_are_all_translated(desk: Endpoint, ask: Reader) -> None:
    times = "/appuntamenti/orari"
    for query in (
        {"meeting": TALK},
        {"meeting": TALK, "service": "ricerca", "timezone": "America/New_York"},
        {"meeting": CALL, "from": "2027-02-01"},
        {"meeting": TALK, "from": "2027-02-10"},
    ):
        ask(200, "GET", times, params=query)
    ask(404, "GET", times, params={"meeting": "nessuna"})
    ask(404, "GET", times, params={"service": "nessuno"})
    ask(404, "POST", times, data={"meeting": "nessuna", "name": "xx"})
    details = "/appuntamenti/dettagli"
    for meeting in (TALK, CALL):
        ask(200, "GET", details, params={"meeting": meeting, "start": at("10:00"), "timezone": "Asia/Tokyo"})
    ask(422, "GET", details, params={"meeting": TALK})
    check = "/appuntamenti/controlla"
    fine = {"meeting": TALK, "start": at("10:00"), **WHO}
    long = {
        "phone": "x",
        "message": "x" * 5001,
        "answers.attivita": "\0",
        "email": "x",
        "name": "",
        "answers.altro": "x",
    }
    ask(422, "POST", check, data=fine | long)
    ask(422, "POST", check, data={"meeting": CALL, "start": at("10:00"), "service": "nessuno"})
    ask(422, "POST", check, data=fine | {"start": "x"})
    ask(200, "POST", check, data=fine | {"message": "xx", "answers.attivita": "xx", "phone": "333 123456"})
    made = ask(303, "POST", "/appuntamenti/", data=fine | {"idempotency_key": "k" * 22})
    ask(200, "GET", made.headers["location"])
    ask(409, "POST", check, data=fine)
    ask(409, "POST", "/appuntamenti/", data=fine | {"message": "xx"})
    ask(422, "POST", "/appuntamenti/", data=fine | {"start": at("12:00"), "idempotency_key": "k" * 22})
    asked = {"meeting": CALL, "start": at("11:30"), **WHO, "phone": "333 123456"}
    ask(200, "GET", ask(303, "POST", "/appuntamenti/", data=asked).headers["location"])


def test_manage_pages_are_all_translated_through_the_booking_lifecycle(desk: Endpoint, ask: Reader) -> None:
    here = book(desk, "10:00", timezone="Pacific/Auckland")
    taken = book(desk, "11:30")
    for place in ("", "sposta", "annulla"):
        ask(200, "GET", here + place)
    ask(200, "GET", f"{here}sposta?from=2027-02-10")
    calendar: Any = icalendar.Calendar.from_ical(ask(200, "GET", f"{here}invito.ics").content)
    (event,) = calendar.walk("VEVENT")
    assert unmarked(f"{event['SUMMARY']} {event['LOCATION']} {event['DESCRIPTION']}") == []
    key = {"idempotency_key": "k" * 22}
    ask(422, "POST", f"{here}sposta", data={"from": ""})
    ask(409, "POST", f"{here}sposta", data={"start": at("11:30")})
    ask(303, "POST", f"{here}sposta", data={"start": at("10:00")})
    ask(303, "POST", f"{here}sposta", data={"start": at("12:00")} | key)
    ask(200, "GET", here)
    ask(422, "POST", f"{here}sposta", data={"start": at("12:30")} | key)
    ask(422, "POST", f"{here}annulla", data={"reason": "x" * 1001})
    ask(303, "POST", f"{here}annulla", data={"reason": "xx"})
    ask(200, "GET", here)
    ask(303, "GET", f"{here}sposta")
    desk.clock.now += timedelta(hours=20)
    ask(200, "GET", taken)
    ask(409, "POST", f"{taken}annulla", data={"reason": ""})
    desk.clock.now += timedelta(days=2)
    ask(409, "POST", f"{taken}sposta", data={"start": at("12:00", "2027-01-20")})
    ask(404, "GET", "/appuntamenti/xxxx/")
    for state in ("pending", "done", "no_show", "expired", "declined"):
        with desk.engine.begin() as connection:
            connection.execute(update(bookings).values(status=state))
        ask(200, "GET", taken)


def test_messages_and_what_may_go_wrong_with_them(ask: Reader) -> None:
    fields = WHO | {"message": "xx"}
    ask(422, "POST", "/messaggi/", data={"service": "nessuno", "email": "x@1.1"})
    ask(422, "POST", "/messaggi/", data={"name": "\u202e", "subject": "x" * 300})
    ask(303, "POST", "/messaggi/", data=fields | {"idempotency_key": "k" * 22})
    ask(422, "POST", "/messaggi/", data=fields | {"message": "xxx", "idempotency_key": "k" * 22})


def test_what_is_refused_before_it_is_read(ask: Reader) -> None:
    ask(404, "GET", "/niente")
    ask(405, "DELETE", "/appuntamenti/orari")
    ask(403, "POST", "/messaggi/", data=WHO, headers={"Origin": "https://altrove.example"})
    ask(415, "POST", "/messaggi/", content=b"x")
    ask(
        415,
        "POST",
        "/messaggi/",
        content=b"x",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"},
    )
    ask(400, "POST", "/messaggi/", content=b"%ff=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    ask(413, "POST", "/messaggi/", data={"message": "x" * 70_000})
    ask(403, "GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})


def test_every_error_of_the_interface_for_programs(desk: Endpoint, ask: Reader) -> None:
    fine = {"meeting": TALK, "start": at("10:00"), **WHO}
    token = book(desk, "11:30").split("/")[-2]
    api = "/api/bookings"
    ask(404, "GET", f"{api}/xxxx")
    ask(404, "GET", "/api/niente")
    ask(422, "GET", "/api/slots")
    ask(404, "GET", "/api/slots", params={"meeting": "nessuna"})
    ask(422, "GET", "/api/slots", params={"meeting": TALK, "limit": "x"})
    ask(422, "GET", "/api/slots", params={"meeting": TALK, "from": "x", "to": "2027-99-99"})
    ask(422, "GET", "/api/slots", params={"meeting": TALK, "from": "2027-02-01", "to": "2027-01-01"})
    ask(422, "GET", "/api/slots", params={"meeting": TALK, "from": "2027-01-12", "to": "2027-12-01"})
    ask(422, "POST", api, json={"start": 1, "answers": [], "timezone": "X/Y", "service": "x"})
    ask(422, "POST", api, json=fine | {"answers": {"altro": "x"}})
    ask(422, "POST", api, json=fine | {"start": "9999-12-31T23:00:00Z"})
    ask(422, "POST", api, json=[])
    ask(404, "POST", api, json=fine | {"meeting": "nessuna"})
    for start in (
        at("11:30"),
        at("10:07"),
        at("10:00", "2027-01-11"),
        at("10:00", "2028-01-11"),
        at("09:30", "2027-01-11"),
    ):
        ask(409, "POST", api, json=fine | {"start": start})
    ask(400, "POST", api, content=b"{", headers={"Content-Type": "application/json"})
    ask(400, "POST", api, content=json.dumps(_nested(30)).encode(), headers={"Content-Type": "application/json"})
    ask(415, "POST", api, content=b"{}")
    ask(409, "POST", f"{api}/{token}/reschedule", json={"start": at("11:30")})
    ask(200, "POST", f"{api}/{token}/cancel", json={})
    ask(409, "POST", f"{api}/{token}/cancel", json={"reason": "x"})
    ask(201, "POST", api, json=fine, headers={"Idempotency-Key": "k"})
    ask(422, "POST", api, json=fine | {"name": "xx"}, headers={"Idempotency-Key": "k"})


def _nested(depth: int) -> object:
    return [] if depth == 0 else [_nested(depth - 1)]


def test_too_many_posts_in_a_short_time(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/few.db", BOOKING_RATE_LIMIT="1/90minutes") as few:
        ask = Reader(few.http)
        ask(303, "POST", "/messaggi/", data=WHO | {"message": "xx"})
        ask(429, "POST", "/messaggi/", data=WHO | {"message": "xxx"})
        ask(429, "POST", "/appuntamenti/", data={"meeting": TALK, "start": at("10:00"), **WHO})
        ask(429, "POST", "/api/messages", json={})
        ask(429, "POST", "/agenda/entra")
    assert ask.left == []


def test_a_database_that_does_not_answer(desk: Endpoint, ask: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    here = book(desk, "10:00")

    def gone(*_given: object, **_named: object) -> object:
        raise Unavailable("x") from OSError("x")

    for name in ("book", "keep_message", "change"):
        monkeypatch.setattr(Store, name, gone, raising=False)
    ask(503, "POST", "/appuntamenti/", data={"meeting": TALK, "start": at("11:30"), **WHO})
    ask(503, "POST", "/messaggi/", data=WHO | {"message": "xx"})
    monkeypatch.setattr("plugins.booking.service.booking_changes.BookingChanges.cancel", gone)
    ask(503, "POST", f"{here}annulla", data={"reason": "xx"})
    monkeypatch.setattr(Store, "booking", gone)
    ask(503, "GET", here)


def test_the_way_into_the_agenda(desk: Endpoint, ask: Reader) -> None:
    ask(200, "GET", "/agenda/")
    ask(303, "POST", "/agenda/entra")
    ask(200, "GET", "/agenda/?mandato")
    (link,) = links(desk)
    ask(200, "GET", link)
    ask(303, "POST", link)
    ask(200, "GET", "/agenda/")
    ask(410, "GET", link)
    ask(403, "POST", "/agenda/esci", data={"key": "x"})
    for _asked in range(4):
        ask(303, "POST", "/agenda/entra")
    ask(429, "POST", "/agenda/entra")


@pytest.fixture
def key(desk: Endpoint) -> dict[str, str]:
    return {"key": sign_in(desk).forms[0].fields["key"]}


def test_empty_agenda_pages_and_their_notices_are_all_translated(
    desk: Endpoint, ask: Reader, key: dict[str, str]
) -> None:
    for path in ("", "passati/", "messaggi/", "bloccato/", "nuovo/", f"nuovo/?meeting={TALK}", "calendari/", "spiega"):
        ask(200, "GET", f"/agenda/{path}")
    for done in _DONE:
        ask(200, "GET", f"/agenda/?fatto={done}")
    ask(404, "GET", "/agenda/appuntamenti/x/")
    ask(404, "GET", f"/agenda/appuntamenti/{'0' * 32}/")


def test_a_full_agenda(desk: Endpoint, ask: Reader, key: dict[str, str]) -> None:
    talk = _id(
        desk, book(desk, "10:00", service="ricerca", timezone="Asia/Tokyo", message="xx", answers={"attivita": "x"})
    )
    call = _id(desk, book(desk, "11:00", CALL, message="xx"))
    httpx.post(f"{desk.http.base_url}/api/messages", json=WHO | {"message": "xx", "subject": "xx"})
    ask(303, "POST", "/agenda/bloccato/", data=key | {"from_day": DAY, "reason": "xx"})
    ask(303, "POST", "/agenda/bloccato/", data=key | {"from_day": "2027-01-14", "to_day": "2027-01-16"})
    ask(
        303,
        "POST",
        "/agenda/bloccato/",
        data=key | {"from_day": "2027-01-18", "from_time": "10:00", "to_time": "11:00"},
    )
    ask(
        303,
        "POST",
        "/agenda/bloccato/",
        data=key | {"from_day": "2027-01-19", "from_time": "10:00", "to_day": "2027-01-21", "to_time": "11:00"},
    )
    for path in (
        "",
        "messaggi/",
        "bloccato/",
        f"appuntamenti/{talk}/",
        f"appuntamenti/{call}/",
        f"appuntamenti/{talk}/sposta",
    ):
        ask(200, "GET", f"/agenda/{path}")
    _fail_mails(desk)
    ask(200, "GET", "/agenda/")
    ask(200, "GET", f"/agenda/appuntamenti/{talk}/")
    one, other = f"/agenda/appuntamenti/{talk}/", f"/agenda/appuntamenti/{call}/"
    ask(409, "POST", f"{other}conferma", data=key | {"start": at("12:00")})
    ask(303, "POST", f"{other}conferma", data=key | {"word": "xx"})
    ask(409, "POST", f"{other}rifiuta", data=key)
    ask(422, "POST", f"{one}sposta", data=key)
    ask(422, "POST", f"{one}sposta", data=key | {"day": "x", "time": "x"})
    ask(409, "POST", f"{one}sposta", data=key | {"day": DAY, "time": "11:00"})
    ask(409, "POST", f"{one}sposta", data=key | {"day": "2027-01-11", "time": "10:00"})
    ask(303, "POST", f"{one}sposta", data=key | {"day": "2027-01-13", "time": "10:00", "word": "xx"})
    ask(422, "POST", f"{one}correggi", data=key | {"email": "x"})
    ask(303, "POST", f"{one}correggi", data=key | {"email": "xxxx@xxxx.xx"})
    ask(200, "GET", one)
    ask(303, "POST", f"{one}annulla", data=key | {"reason": "xx"})
    ask(200, "GET", one)
    ask(409, "POST", f"{one}correggi", data=key | {"email": "xxxxx@xxxx.xx"})
    ask(409, "POST", f"{one}mancato", data=key)
    ask(200, "GET", f"{one}sposta")
    ask(409, "POST", f"{other}mancato", data=key)
    desk.clock.now += timedelta(days=2)
    ask(200, "GET", other)
    ask(409, "POST", f"{other}annulla", data=key)
    ask(303, "POST", f"{other}mancato", data=key)
    ask(200, "GET", other)
    ask(200, "GET", "/agenda/passati/")
    with desk.engine.begin() as connection:
        from plugins.booking.storage.schema import history

        connection.execute(history.delete())
        connection.execute(outbox.delete())
    ask(200, "GET", other)


def test_the_forms_of_the_agenda_with_what_is_wrong(ask: Reader, key: dict[str, str]) -> None:
    blocked = "/agenda/bloccato/"
    ask(422, "POST", blocked, data=key)
    ask(422, "POST", blocked, data=key | {"from_day": "2027-03-28", "from_time": "02:30", "to_time": "03:30"})
    ask(422, "POST", blocked, data=key | {"from_day": DAY, "to_day": "2026-01-01"})
    ask(422, "POST", blocked, data=key | {"from_day": DAY, "to_day": "2029-01-01", "reason": "x" * 1001})
    new = "/agenda/nuovo/"
    fine = key | {"meeting": TALK, "day": DAY, "time": "10:00", **WHO}
    ask(422, "POST", new, data=key | {"meeting": TALK})
    ask(422, "POST", new, data=key | {"meeting": TALK, "start": "9999-12-31T23:00:00Z", **WHO})
    ask(409, "POST", new, data=fine | {"day": "2027-01-11"})
    ask(303, "POST", new, data=fine | {"idempotency_key": "k"})
    ask(409, "POST", new, data=fine | {"name": "x"})
    ask(422, "POST", new, data=fine | {"time": "12:00", "idempotency_key": "k"})


def test_why_a_time_can_be_booked_or_not(desk: Endpoint, ask: Reader, key: dict[str, str]) -> None:
    book(desk, "10:00")
    rules = json.loads((desk.content / "availability.yaml").read_text(encoding="utf-8"))
    rules |= {
        "holidays": {"country": "IT"},
        "closures": [
            {"from": "2027-01-14", "to": "2027-01-15", "reason": "xx"},
            {"from": "2027-01-16", "to": "2027-01-16"},
        ],
        "openings": [{"date": "2027-01-17", "hours": ["10:00-12:00"]}, {"date": "2027-01-18", "hours": []}],
        "hours": {"monday": ["09:00-13:00"], "tuesday": ["09:00-13:00"]},
    }
    text = json.dumps(rules)
    for name in ("from", "to", "date"):
        text = re.sub(rf'"{name}": "([\d-]+)"', rf'"{name}": \1', text)
    (desk.content / "availability.yaml").write_text(text, encoding="utf-8")
    asked = [(DAY, "10:00"), (DAY, "10:10"), (DAY, "12:50"), (DAY, "08:00"), (DAY, "09:05"), ("2027-01-11", "09:30")]
    asked += [(f"2027-01-{day}", "10:30") for day in (13, 14, 16, 17, 18)] + [
        ("2027-06-02", "10:00"),
        ("2027-04-05", "10:00"),
    ]
    ask(303, "POST", "/agenda/bloccato/", data=key | {"from_day": "2027-01-19", "reason": "xx"})
    for day, time in [*asked, ("2027-01-19", "09:30")]:
        for meeting in (TALK, CALL):
            ask(200, "GET", "/agenda/spiega", params={"meeting": meeting, "day": day, "time": time})
    ask(422, "GET", "/agenda/spiega", params={"meeting": TALK, "day": "x"})


def _id(desk: Endpoint, path: str) -> str:
    found = desk.http.get(f"/api/bookings/{path.split('/')[-2]}").json()
    return str(found["id"])


def _fail_mails(desk: Endpoint) -> None:
    queue, leased = Outbox(desk.engine), []
    while one := queue.lease(desk.clock.now):
        leased.append(one)
    states = ["dead", "let go", "withheld", "sent", "pending"]
    with desk.engine.begin() as connection:
        ids = connection.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
        for place, identity in enumerate(ids):
            error = "xx" if place % 2 else None
            values = {"state": states[place % 5], "settled_at": desk.clock.now, "error": error}
            connection.execute(update(outbox).where(outbox.c.id == identity).values(values))
