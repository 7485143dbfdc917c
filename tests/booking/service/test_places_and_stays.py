"""Hours that name their place, nights and stays, as visitors and the owner are told of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
from sqlalchemy import select

from plugins.booking.storage.schema import bookings, outbox
from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from tests.booking.agenda.owner import read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import TALK, asked, write_content

VISIT = TALK | {"slug": "visita", "title": "In studio", "where": "in_person", "questions": []}
STUDIO = {"slug": "studio", "name": "Studio", "address": "Via Po 3, Torino", "how_to_get_there": "Citofono Rossi"}
CASA = {"slug": "casa", "name": "Casa", "address": "Via del Quaderno 2, Milano"}
PARTED = {"hours": {"tuesday": ["09:00-11:00 studio", "11:00-13:00 casa"]}}
TEN, HALF_PAST, NOON = "2027-01-12T10:00:00+01:00", "2027-01-12T10:30:00+01:00", "2027-01-12T12:00:00+01:00"
NOON_LATER = "2027-01-19T12:00:00+01:00"
AWAY = {"from": "2027-01-13", "to": "2027-01-14", "timezone": "America/New_York"}


def written(folder: Path, *meetings: dict[str, Any], **rules: Any) -> Path:  # noqa: ANN401 - any rule
    content = write_content(folder / "content", meetings=list(meetings), **rules)
    path = content / "identity.yaml"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"places": [STUDIO, CASA]}), encoding="utf-8")
    for slug in ("ricerca", "telefono"):
        service = content / f"services/macro/{slug}.md"
        named = re.sub('"meeting": "[a-z]+"', f'"meeting": "{meetings[0]["slug"]}"', service.read_text("utf-8"))
        service.write_text(named, encoding="utf-8")
    return content


@contextmanager
def office(
    folder: Path,
    database_url: str,
    *meetings: dict[str, Any],
    **rules: Any,  # noqa: ANN401 - any rule
) -> Iterator[Endpoint]:
    with endpoint(written(folder, *meetings, **rules), database_url) as running:
        yield running


def free(desk: Endpoint, meeting: str, day: str, last: str = "") -> Any:  # noqa: ANN401 - an answer
    return desk.http.get(f"/api/slots?meeting={meeting}&from={day}&to={last or day}").json()


def clocks(desk: Endpoint, meeting: str, day: str, last: str = "") -> list[str]:
    return [one["start"][8:16] for one in free(desk, meeting, day, last)["slots"]]


def words(text: str) -> str:
    text = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub("<[^>]*>", " ", text)).split())


def entry(desk: Endpoint, page: str) -> Any:  # noqa: ANN401 - a component
    (found,) = icalendar.Calendar.from_ical(desk.http.get(f"{page}invito.ics").content).walk("VEVENT")
    return found


def letters(desk: Endpoint, kind: str) -> str:
    with desk.engine.begin() as connection:
        found = connection.execute(select(outbox.c.mime).where(outbox.c.kind == kind)).scalars().all()
    bodies = [message_from_bytes(mime, policy=policy.default).get_body(("plain",)) for mime in found]
    return " ".join(str(body.get_content()) for body in bodies if body is not None)


def test_a_visit_is_told_where_its_hours_are(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, VISIT, **PARTED) as desk:
        told = free(desk, "visita", "2027-01-12")
        assert {one["start"][11:16]: one["place"] for one in told["slots"]}["10:30"] == "studio"
        assert told["places"] == [CASA, STUDIO]
        assert desk.http.get("/api/meetings").json()[0]["places"] == [CASA, STUDIO]
        times = words(desk.http.get("/appuntamenti/orari?meeting=visita").text)
        assert "10:30 di martedì 12 gennaio Studio" in times
        assert "12:00 di martedì 12 gennaio Casa" in times
        details = desk.http.get("/appuntamenti/dettagli", params={"meeting": "visita", "start": TEN}).text
        assert "Dove Studio, Via Po 3, Torino" in words(details)
        made = desk.http.post("/api/bookings", json=asked(meeting="visita", start=TEN)).json()
        assert (made["address"], made["how_to_get_there"]) == ("Studio, Via Po 3, Torino", "Citofono Rossi")
        page = urlsplit(made["manage_url"]).path
        assert "Citofono Rossi" in words(desk.http.get(page).text)
        assert entry(desk, page)["LOCATION"] == "Di persona, Studio, Via Po 3, Torino"
        assert "Citofono Rossi" in entry(desk, page)["DESCRIPTION"]
        assert "Come arrivare: Citofono Rossi" in letters(desk, "booked-visitor")


def test_a_move_to_other_hours_moves_the_place(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, VISIT, **PARTED) as desk:
        made = desk.http.post("/api/bookings", json=asked(meeting="visita", start=TEN)).json()
        page = urlsplit(made["manage_url"]).path
        token = page.rstrip("/").rsplit("/", 1)[1]
        desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": HALF_PAST})
        assert "Studio, Via Po 3" in words(desk.http.get(page).text)
        moved = desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": NOON}).json()
        assert (moved["address"], moved.get("how_to_get_there")) == ("Casa, Via del Quaderno 2, Milano", None)
        shown = words(desk.http.get(page).text)
        assert "Casa, Via del Quaderno 2" in shown
        assert "Studio" not in shown.replace("In studio", "")
        assert entry(desk, page)["LOCATION"] == "Di persona, Casa, Via del Quaderno 2, Milano"
        assert "Via del Quaderno 2, Milano" in letters(desk, "rescheduled-visitor")
        sign_in(desk)
        assert "Casa, Via del Quaderno 2" in words(desk.http.get(f"/agenda/appuntamenti/{made['id']}/").text)


def test_a_move_within_a_place_keeps_what_was_agreed(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, VISIT | {"confirmation": "manual"}, **PARTED) as desk:
        made = desk.http.post("/api/bookings", json=asked(meeting="visita", start=TEN)).json()
        token = urlsplit(made["manage_url"]).path.rstrip("/").rsplit("/", 1)[1]
        with desk.engine.begin() as connection:
            kept = json.loads(connection.execute(select(bookings.c.agreed)).scalar_one()) | {"later": True}
            connection.execute(bookings.update().values(agreed=json.dumps(kept)))
        desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": HALF_PAST})
        with desk.engine.begin() as connection:
            assert json.loads(connection.execute(select(bookings.c.agreed)).scalar_one())["later"] is True


def test_meetings_are_told_in_one_order_whatever_the_files(tmp_path: Path, database_url: str) -> None:
    told = []
    for name, meetings in (("one", (TALK, VISIT)), ("other", (VISIT, TALK))):
        with office(tmp_path / name, database_url, *meetings) as desk:
            sign_in(desk)
            listed = [one["slug"] for one in desk.http.get("/api/meetings").json()]
            chosen = re.findall(r"\?meeting=(\w+)", desk.http.get("/agenda/nuovo/").text)
            asked_first = re.findall('<option value="([a-z]+)"', desk.http.get("/agenda/spiega").text)
            told.append((listed, chosen, asked_first))
    assert told[0] == told[1]
    assert told[0][0] == ["conoscitiva", "visita"]


def test_a_call_does_not_care_where_hours_are(tmp_path: Path, database_url: str) -> None:
    # Ninety minutes go across, where the same in person would have to change places halfway.
    long = {"minutes": 90, "step": 30}
    with office(tmp_path, database_url, TALK | long, VISIT | long, **PARTED) as desk:
        assert clocks(desk, "conoscitiva", "2027-01-12") == [
            "12T09:00", "12T09:30", "12T10:00", "12T10:30", "12T11:00", "12T11:30",
        ]  # fmt: skip
        assert clocks(desk, "visita", "2027-01-12") == ["12T09:00", "12T09:30", "12T11:00", "12T11:30"]
        assert "places" not in free(desk, "conoscitiva", "2027-01-12")


def test_a_night_belongs_to_the_day_it_begins_on(tmp_path: Path, database_url: str) -> None:
    rules = {"hours": {"friday": ["22:00-02:00"]}, "closures": [{"from": "2027-01-22", "to": "2027-01-22"}]}
    hour = TALK | {"minutes": 60, "step": 60}
    with office(tmp_path, database_url, hour, **rules) as desk:
        assert clocks(desk, "conoscitiva", "2027-01-15", "2027-01-16") == [
            "15T22:00", "15T23:00", "16T00:00", "16T01:00",
        ]  # fmt: skip
        assert clocks(desk, "conoscitiva", "2027-01-16") == ["16T00:00", "16T01:00"]
        # Who is closed on Friday is not there on the night that it begins.
        assert clocks(desk, "conoscitiva", "2027-01-22", "2027-01-23") == []
        late = asked(start="2027-01-16T00:00:00+01:00")
        assert desk.http.post("/api/bookings", json=late).status_code == 201
        sign_in(desk)
        asks = "/agenda/spiega?meeting=conoscitiva&day=2027-01-16&time=01:00"
        assert "Le 01:00 sono della fascia di venerdì 15 gennaio 2027, 22:00–02:00" in words(desk.http.get(asks).text)
        assert "Orari 22:00–02:00" in words(desk.http.get("/agenda/giorno/?giorno=2027-01-15").text)
        assert "Ada Rossi" in words(desk.http.get("/agenda/giorno/?giorno=2027-01-16").text)


def test_a_stay_may_be_written_while_pages_are_served(tmp_path: Path, database_url: str) -> None:
    page = "/appuntamenti/orari?meeting=conoscitiva"
    with office(tmp_path, database_url, TALK) as desk:
        assert desk.http.get(page).status_code == 200
        written(tmp_path, TALK, stays=[AWAY])
        time.sleep(0.6)  # longer than the content is not looked at
        assert desk.http.get(page).status_code == 200


def test_the_agenda_goes_by_the_clock_of_a_stay(tmp_path: Path, database_url: str) -> None:
    evening = {"hours": {day: ["20:00-21:00"] for day in ("tuesday", "wednesday", "thursday", "friday")}}
    with office(tmp_path, database_url, TALK, VISIT, stays=[AWAY], **evening) as desk:
        # Eight in the evening there is two at night in Rome, on the date after.
        assert clocks(desk, "conoscitiva", "2027-01-13", "2027-01-14") == [
            "14T02:00", "14T02:30", "15T02:00", "15T02:30",
        ]  # fmt: skip
        assert clocks(desk, "conoscitiva", "2027-01-15") == ["15T20:00", "15T20:30"]
        assert clocks(desk, "visita", "2027-01-13", "2027-01-14") == []
        made = desk.http.post("/api/bookings", json=asked(start="2027-01-14T02:00:00+01:00"))
        assert made.status_code == 201
        assert "alle 02:00 (ora italiana)" in letters(desk, "booked-visitor")
        sign_in(desk)
        day = words(desk.http.get("/agenda/giorno/?giorno=2027-01-13").text)
        assert "Orari 20:00–21:00 (ora di New York)" in day
        assert "20:00–20:30" in day
        assert "Ada Rossi" in day
        assert "Ada Rossi" not in words(desk.http.get("/agenda/giorno/?giorno=2027-01-14").text)
        shown = words(desk.http.get(f"/agenda/appuntamenti/{made.json()['id']}/").text)
        assert "mercoledì 13 gennaio 2027, 20:00–20:30 (ora di New York)" in shown
        # What she types and what she chooses from are of the clock there too.
        why = words(desk.http.get("/agenda/spiega?meeting=conoscitiva&day=2027-01-13&time=20:30").text)
        assert "mercoledì 13 gennaio 2027 alle 20:30 (ora di New York)" in why
        assert "Mercoledì 13 gennaio 2027: orari 20:00–21:00 (ora di New York)" in why
        choose = words(desk.http.get("/agenda/nuovo/?meeting=conoscitiva&from=2027-01-13").text)
        assert "Orari di mercoledì 13 gennaio, ora di New York" in choose
        assert "20:30" in choose
        nobody = words(desk.http.get("/agenda/spiega?meeting=visita&day=2027-01-13&time=20:30").text)
        assert "sei in soggiorno altrove, e nessuna fascia dice il posto in cui venire" in nobody
        assert read(desk, "/agenda/mese/?mese=2027-01")


def test_hours_elsewhere_are_explained(tmp_path: Path, database_url: str) -> None:
    fixed = VISIT | {"place": "casa"}
    with office(
        tmp_path, database_url, fixed, hours={"tuesday": ["09:00-11:00 studio"], "friday": ["09:00-10:00"]}
    ) as desk:
        assert clocks(desk, "visita", "2027-01-12", "2027-01-15") == ["15T09:00", "15T09:30"]
        sign_in(desk)
        why = words(desk.http.get("/agenda/spiega?meeting=visita&day=2027-01-12&time=10:00").text)
        assert "in nessuna fascia di questo giorno sei nel posto «casa»" in why


@pytest.mark.parametrize(
    ("meetings", "rules", "said"),
    [
        ((VISIT,), {"hours": {"monday": ["09:00-13:00 ufficio"]}}, "Il posto «ufficio» non è fra quelli"),
        ((VISIT,), {"openings": [{"date": "2027-01-12", "hours": ["09:00-13:00 ufficio"]}]}, "«ufficio» non è fra"),
        ((VISIT,), {"stays": [AWAY | {"hours": {"monday": ["09:00-13:00 ufficio"]}}]}, "«ufficio» non è fra"),
        ((TALK | {"hours": {"monday": ["09:00-13:00 studio"]}},), {}, "vale per un incontro di persona"),
        ((VISIT | {"place": "casa"},), {"hours": {"monday": ["09:00-13:00 studio"]}}, "Nessuna fascia di orari"),
        ((TALK,), {"hours": {"friday": ["22:00-02:00"], "saturday": ["01:00-09:00"]}}, "è già cominciata"),
        ((TALK,), {"hours": {"sunday": ["22:00-02:00"], "monday": ["01:00-09:00"]}}, "è già cominciata"),
        ((VISIT | {"minutes": 150},), PARTED, "la fascia di orari più lunga ne ha 120"),
        ((TALK | {"minutes": 150},), PARTED, ""),
        ((TALK | {"minutes": 240},), {"hours": {"friday": ["22:00-02:00"]}}, ""),
        ((TALK | {"minutes": 245},), {"hours": {"friday": ["22:00-02:00"]}}, "ne ha 240"),
        ((TALK | {"minutes": 300},), {"hours": {"friday": ["21:00-24:00"], "saturday": ["00:00-02:00"]}}, ""),
        ((TALK,), {"stays": [AWAY, AWAY | {"to": "2027-01-20"}]}, "due soggiorni hanno in comune"),
    ],
)
def test_hours_and_places_that_cannot_be_are_told(
    tmp_path: Path, meetings: tuple[dict[str, Any], ...], rules: dict[str, Any], said: str
) -> None:
    content = written(tmp_path, *meetings, **rules)
    if not said:
        assert read_office(content)
        return
    with pytest.raises(ContentError) as caught:
        read_office(content)
    assert any(said in fault.what for fault in caught.value.faults), caught.value.faults


def test_a_series_tells_each_place_before_it_is_booked(tmp_path: Path) -> None:
    visit = VISIT | {"repeat": {"most": 4}}
    with office(tmp_path, f"sqlite:///{tmp_path}/booking.db", visit, **PARTED, horizon="60d") as desk:
        about = {"meeting": "visita", "start": HALF_PAST, "repeat.every": "1", "repeat.count": "2"}
        moved = about | {"repeat.date.2027-01-19": "2027-01-19T12:00:00+01:00"}
        dates = desk.http.get("/appuntamenti/date", params=about)
        assert "Casa, Via del Quaderno 2" in words(dates.text)
        check = desk.http.post("/appuntamenti/controlla", data=moved | {"name": "Ada", "email": "ada@example.com"})
        told = words(check.text)
        assert "12 gennaio, 10:30 Studio, Via Po 3" in told
        assert "19 gennaio, 12:00 Casa, Via del Quaderno 2" in told
        fields = asked(
            meeting="visita", start=HALF_PAST, repeat={"every": 1, "count": 2, "moved": {"2027-01-19": NOON_LATER}}
        )
        made = desk.http.post("/api/bookings", json=fields)
        assert made.status_code == 201
        page = words(desk.http.get(urlsplit(made.json()["manage_url"]).path).text)
        assert "19 gennaio, 12:00 , Casa, Via del Quaderno 2" in page
