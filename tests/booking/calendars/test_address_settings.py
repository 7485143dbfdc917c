"""An address that a variable of the environment holds is read, and in no file, page or log."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.calendars.sources import key_of, sources_of
from plugins.booking.service.content_reload import ContentReloader
from tests.booking.agenda.owner import read, sign_in
from tests.booking.calendars.caldav_tree import BUSY
from tests.booking.calendars.radicale import PASSWORD, USER, Radicale
from tests.booking.calendars.server import answering, say
from tests.booking.calendars.working import working
from tests.booking.office import FREE, asked, write_content

SECRET = "https://calendario.example/SEGRETO/privato.ics"


def test_a_file_named_by_its_variable_keeps_time(tmp_path: Path) -> None:
    with (
        answering(lambda handler: say(handler, 200, BUSY.encode())) as address,
        working(tmp_path, {"PRIVATO": f" {address}\n"}, busy=[{"ics": {"env": "PRIVATO"}}]) as (desk, work),
    ):
        assert work.do() == 1
        health = desk.http.get("/health").json()["calendars"]
        assert (health["sources"], health["untrusted"]) == (1, 0)
        assert desk.http.post("/api/bookings", json=asked(start=FREE)).status_code == 409


def test_one_collection_is_one_whether_named_or_written(radicale: Radicale, tmp_path: Path) -> None:
    own = {"caldav": {"env": "MIO"}, "credentials": "LOGIN"}
    busy = [{"caldav": radicale.collection, "credentials": "LOGIN"}]
    given = {"MIO": radicale.collection, "LOGIN": f"{USER}:{PASSWORD}"}
    with working(tmp_path, given, busy=busy, calendar=own) as (desk, work):
        assert work.do() == 1
        booking = desk.http.post("/api/bookings", json=asked()).json()
        assert booking["status"] == "confirmed"
        work.do()
        assert radicale.get(booking["id"]) is not None
        assert desk.http.get("/health").json()["calendars"]["sources"] == 1


@pytest.mark.parametrize("held", [None, "", "http://calendario.example/SEGRETO.ics", "SEGRETO", "https://a b/SEGRETO"])
def test_a_variable_that_holds_no_address_is_told(
    tmp_path: Path, held: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    given = {} if held is None else {"PRIVATO": held}
    with working(tmp_path, given, busy=[{"ics": {"env": "PRIVATO"}}]) as (desk, work):
        work.do()
        assert "the environment has no PRIVATO" in caplog.text
        assert desk.http.get("/health").json()["calendars"]["untrusted"] == 1
        assert desk.http.post("/api/bookings", json=asked()).json()["status"] == "pending"
        sign_in(desk)
        words = read(desk, "/agenda/calendari/").words
    assert "PRIVATO (occupa il tuo tempo)" in words
    assert "sul server PRIVATO manca, o non contiene un indirizzo che comincia con https://" in words
    assert "SEGRETO" not in caplog.text + words


def test_variable_of_the_endpoint_itself_is_no_address(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content")
    availability = content / "availability.yaml"
    text = availability.read_text(encoding="utf-8").rstrip().removesuffix("}")
    availability.write_text(text + ', "busy": [{"ics": {"env": "BOOKING_SITE_URL"}}]}', encoding="utf-8")
    with pytest.raises(Exception, match=r"mai BOOKING_ davanti"):
        ContentReloader(content)


def test_addresses_are_resolved_once_for_each_office(tmp_path: Path) -> None:
    asked_for: list[str] = []

    def variable(name: str) -> str:
        asked_for.append(name)
        return SECRET.replace("https", "webcal")

    content = write_content(tmp_path / "content", busy=[{"ics": {"env": "PRIVATO"}}])
    office = CalendarAddresses(ContentReloader(content), variable)
    assert list(sources_of(office().availability)) == [key_of(SECRET)]
    assert office() is office()
    assert asked_for == ["PRIVATO"]


def test_an_office_without_variables_is_left_as_it_is(tmp_path: Path) -> None:
    plain = ContentReloader(write_content(tmp_path / "content", busy=[{"ics": SECRET}]))
    assert CalendarAddresses(plain, lambda _: None)() is plain()
