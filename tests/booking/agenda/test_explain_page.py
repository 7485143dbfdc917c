"""Why a time can be booked or not, on the page."""

from __future__ import annotations

from tests.booking.agenda.owner import read
from tests.booking.endpoint import Endpoint
from tests.booking.page import Page


def test_each_rule_says_what_it_holds_of_a_start(hers: Endpoint) -> None:
    words = read(hers, "/agenda/spiega?meeting=conoscitiva&start=2027-01-12T09:00:00Z").words
    assert "Si può prenotare" in words
    assert "martedì 12 gennaio 2027 alle 10:00" in words
    words = read(hers, "/agenda/spiega?meeting=conoscitiva&start=2027-01-11T09:00:00Z").words
    assert "Non si può prenotare" in words
    assert "Preavviso: no." in words
    assert "Orari: sì." in words


def test_a_time_can_be_typed_on_her_own_clock(hers: Endpoint) -> None:
    form = read(hers, "/agenda/nuovo/?meeting=telefonata")
    assert "Perché un orario" in form.words
    page = read(hers, "/agenda/spiega?meeting=telefonata")
    told = Page(page.form("/agenda/spiega").send(hers.http, day="2027-01-12", time="15:00"))
    assert "Telefonata, martedì 12 gennaio 2027 alle 15:00" in told.words
    assert "Orari: no." in told.words


def test_what_cannot_be_read_is_told(hers: Endpoint) -> None:
    answer = hers.http.get("/agenda/spiega?meeting=conoscitiva&day=2027-01-12")
    assert answer.status_code == 422
    assert Page(answer).error_at("time")
    assert hers.http.get("/agenda/spiega?start=ieri").status_code == 422
    assert hers.http.get("/agenda/spiega?meeting=nessuno").status_code == 404
