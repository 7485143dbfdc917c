"""The agenda in a terminal, as its owner types it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from plugins.booking.agenda.cli import AgendaCommands
from plugins.booking.agenda.cli_arguments import add_commands
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from tests.booking.agenda.owner import book, mails, status
from tests.booking.endpoint import Endpoint
from tests.booking.office import FREE
from tests.booking.test_commands import run

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(desk: Endpoint, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command; gives the exit code and what was printed, the complaints apart."""
    office = ContentReloader(desk.content)
    site = str(desk.http.base_url).rstrip("/")
    services = services_of(replace(desk.settings, site_url=site), desk.store, desk.clock, office)
    parser = argparse.ArgumentParser()
    add_commands(parser)

    def type_in(*words: str) -> tuple[int, str, str]:
        code = AgendaCommands(desk.store, services, office, desk.clock).run(parser.parse_args(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_in


@pytest.fixture
def request_id(desk: Endpoint) -> str:
    return book(desk, meeting="telefonata", phone="333 1234567")


def test_all_of_it_is_listed(desk: Endpoint, typed: Typed, request_id: str) -> None:
    booked = book(desk, start="2027-01-13T10:00:00+01:00", name="Zoë")
    code, said, _ = typed()
    assert code == 0
    assert said == (
        "Da confermare: 1\n"
        f"  {request_id[-8:]}  martedì 12 gennaio 2027, 10:00  Ada Rossi, Telefonata\n"
        "In programma: 1\n"
        f"  {booked[-8:]}  mercoledì 13 gennaio 2027, 10:00  Zoë, Chiacchierata conoscitiva\n"
        "Tempo bloccato: niente\n"
    )


def test_a_request_is_answered(desk: Endpoint, typed: Typed, request_id: str) -> None:
    code, said, _ = typed("approve", request_id[-6:], "--word", "A presto!")
    assert (code, said.split(":")[0], status(desk, request_id)) == (0, "Confermato", "confirmed")
    assert "A presto!" in mails(desk, "approved-visitor")[0]
    code, _, sorry = typed("decline", request_id)
    assert (code, sorry) == (1, "Solo una richiesta in attesa si può rifiutare.\n")


def test_a_booking_is_declined_cancelled_and_shown(desk: Endpoint, typed: Typed, request_id: str) -> None:
    assert typed("decline", request_id[-6:])[0] == 0
    assert status(desk, request_id) == "declined"
    booked = book(desk)
    assert typed("cancel", booked[-6:], "--reason", "Febbre")[0] == 0
    assert status(desk, booked) == "cancelled"
    _, said, _ = typed("show", booked[-6:])
    assert "annullato da te «Febbre»" in said
    assert "Email: ada@example.com" in said
    assert "Mail: annullamento a ada@example.com: in attesa" in said


def test_a_booking_moves_on_her_clock_and_within_the_rules(desk: Endpoint, typed: Typed) -> None:
    booked = book(desk)
    code, _, sorry = typed("move", booked[-6:], "2027-01-11T10:00")
    assert code == 1
    assert "troppo vicino" in sorry
    assert "I più vicini: lunedì 11 gennaio 2027, 11:00" in sorry
    assert typed("move", booked[-6:], "2027-01-11 10:00", "--any-notice")[1].startswith("Spostato: ")
    assert typed("move", booked[-6:], "2027-01-13T10:00:00+01:00")[0] == 0
    moved = desk.store.booking(booked)
    assert moved
    assert moved.start.isoformat() == "2027-01-13T09:00:00+00:00"


def test_a_no_show_is_noted_and_an_address_corrected(desk: Endpoint, typed: Typed) -> None:
    booked = book(desk)
    assert typed("correct", booked[-6:], "ada.rossi@example.com")[0] == 0
    assert len(mails(desk, to="ada.rossi@example.com")) == 1
    assert typed("no-show", booked[-6:])[2] == "Questo appuntamento deve ancora cominciare.\n"
    desk.clock.now = datetime.fromisoformat(FREE) + timedelta(hours=1)
    assert typed("no-show", booked[-6:])[0] == 0
    assert status(desk, booked) == "no_show"


def test_time_is_blocked_with_a_warning_and_unblocked(desk: Endpoint, typed: Typed) -> None:
    book(desk)
    code, said, _ = typed("block", "2027-01-12", "2027-01-13", "--reason", "Mare")
    assert code == 0
    assert said.startswith("Bloccato: da martedì 12 gennaio 2027 a mercoledì 13 gennaio 2027, giorni interi")
    assert "Attenzione, dentro restano in programma: 1" in said
    assert "Mare" in typed()[1]
    short = said.split("(")[1][:8]
    assert typed("unblock", short)[1] == "Sbloccato.\n"
    assert "Tempo bloccato: niente" in typed()[1]
    assert typed("block", "2027-01-12T09:30", "2027-01-12T11:00")[1].startswith(
        "Bloccato: martedì 12 gennaio 2027, 09:30–11:00"
    )


def test_she_books_for_a_client(desk: Endpoint, typed: Typed) -> None:
    call = ("book", "telefonata", "2027-01-12T10:00", "Ugo", "ugo@example.com")
    code, _, sorry = typed(*call)
    assert code == 2
    assert "numero a cui chiamarti" in sorry
    assert typed(*call, "--phone", "333 1234567")[1].startswith("Prenotato e confermato: ")
    assert typed("book", "altro", "2027-01-12T10:00", "Ugo", "ugo@example.com")[2] == (
        "L’incontro «altro» non c’è. Scegli fra conoscitiva, telefonata.\n"
    )


@pytest.mark.parametrize("short", ["", "abc", "%", "0000000000", "zzzz"])
def test_a_code_that_is_none_is_told(typed: Typed, short: str) -> None:
    code, _, sorry = typed("approve", short)
    assert code == 2
    assert "odice" in sorry


def test_a_code_that_several_share_is_told(desk: Endpoint, typed: Typed) -> None:
    first = book(desk)
    book(desk, start="2027-01-13T10:00:00+01:00")
    assert "più di uno" in typed("approve", first[:8])[2]


def test_a_link_opens_the_agenda_without_a_mail(desk: Endpoint, typed: Typed) -> None:
    _, said, _ = typed("link")
    with httpx.Client(timeout=30) as browser:
        assert browser.post(said.strip()).status_code == 303
        assert browser.post(said.strip()).status_code == 410
    assert mails(desk) == []


def test_the_command_runs_on_its_own(desk: Endpoint) -> None:
    environment = {
        "BOOKING_CONTENT": str(desk.content),
        "BOOKING_DATABASE_URL": desk.engine.url.render_as_string(hide_password=False),
    }
    done = run("agenda", **environment)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Da confermare: niente"), done.stderr
    assert run("agenda", "approve", "abcd", **environment).returncode == 2


def test_mails_that_were_given_up_go_out_again(desk: Endpoint, typed: Typed, request_id: str) -> None:
    while leased := desk.outbox.lease(desk.clock()):
        desk.outbox.dead(leased, desk.clock(), "550 no such user")
    assert "Mail non consegnabili: 2" in typed()[1]
    assert typed("resend") == (0, "Mail rimesse in coda: 2\n", "")
    assert desk.outbox.figures(desk.clock()).pending == 2
