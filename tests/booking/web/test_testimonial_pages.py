"""After a meeting a client leaves a word, changes it, takes it back; the owner approves it into a file, or declines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import outbox, testimonials
from plugins.content.office_reader import read_office
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.page import Page
from tests.booking.processes import eventually
from tests.booking.tables import count

DAY = timedelta(days=1)
LINK = re.compile(r"/appuntamenti/parole/[\w-]{40,}/")
SAID = {
    "text": "Le mail le guardavo la sera.\n\nAdesso trovo tre righe.",
    "name": "Delia T.",
    "role": "ceramista",
    "consent": "1",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    rules: dict[str, Any] = {
        "follow_up": "1d",
        "follow_up_text": "Grazie!",
        "no_show_text": "Peccato!",
        "testimonials": True,
    }
    content = write_content(tmp_path / "office", **rules)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


def followed(desk: Endpoint, missed: bool = False) -> tuple[str, str]:
    """Hold a meeting, and return its id and the words of the mail that follows."""
    booked = desk.http.post("/api/bookings", json=asked(service="ricerca")).json()["id"]
    desk.clock.now += DAY + timedelta(hours=4)
    office = ContentReloader(desk.content)
    services = services_of(desk.settings, desk.store, desk.clock, office)
    job = LifecycleJob(desk.engine, services, office, desk.clock)
    job.make()
    if missed:
        services.changes.miss(booked)
    desk.clock.now += DAY
    job.make()
    return str(booked), mails(desk, "follow-up-visitor")[0]


def mails(desk: Endpoint, kind: str) -> list[str]:
    with desk.engine.begin() as connection:
        rows = connection.execute(select(outbox.c.mime).where(outbox.c.kind == kind).order_by(outbox.c.id)).scalars()
        read = [message_from_bytes(mime, policy=policy.default) for mime in rows]
    bodies = [one.get_body(("plain",)) for one in read]
    return [body.get_content() for body in bodies if body]


def asking(desk: Endpoint) -> str:
    """The address in the mail after a meeting."""
    return str(LINK.findall(followed(desk)[1])[0])


def leave(desk: Endpoint, address: str, **changed: str) -> Page:
    """Send the form as it is filled in."""
    answer = Page(desk.http.get(address)).form(address).send(desk.http, **(SAID | changed))
    assert answer.status_code == 303, answer.text
    return Page(desk.http.get(address))


def test_mail_after_a_meeting_asks_for_a_word(desk: Endpoint) -> None:
    booked, words = followed(desk)
    assert "lasciami due parole" in words
    address = LINK.findall(words)[0]
    assert address.split("/")[3][:32] == booked
    # The token lets nothing else be done.
    assert desk.http.get(f"/appuntamenti/{address.split('/')[3]}/").status_code == 404


def test_whoever_did_not_come_is_not_asked(desk: Endpoint) -> None:
    _booked, words = followed(desk, missed=True)
    assert "Peccato!" in words
    assert "parole" not in words


def test_word_waits_for_the_owner_who_is_told(desk: Endpoint) -> None:
    address = asking(desk)
    page = desk.http.get(address)
    assert "Lascia due parole" in Page(page).words
    assert 'value="Ada Rossi"' in page.text
    assert "finché non dice di sì" in leave(desk, address).words
    ((told),) = mails(desk, "testimonial-owner")
    assert "Adesso trovo tre righe." in told
    assert "ceramista" in told
    assert "Un cliente ha lasciato due parole" in sign_in(desk).words


def test_word_is_changed_until_it_is_approved(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    leave(desk, address, text="Ci ho ripensato.")
    assert count(desk.engine, testimonials) == 1
    assert len(mails(desk, "testimonial-owner")) == 1
    sign_in(desk)
    press(desk, read(desk, "/agenda/parole/"), f"/agenda/parole/{address.split('/')[3][:32]}/approva")
    shown = Page(desk.http.get(address))
    assert "Ci ho ripensato." in shown.words
    assert not shown.forms
    late = desk.http.post(address, data=SAID)
    assert late.status_code == 409
    assert "è già stato deciso" in Page(late).words
    assert desk.http.post(f"{address}ritira").status_code == 409


def test_word_that_was_changed_is_not_approved_unread(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    sign_in(desk)
    seen = read(desk, "/agenda/parole/")
    desk.clock.now += timedelta(minutes=1)
    leave(desk, address, text="Altre parole.")
    answer = seen.form(f"/agenda/parole/{address.split('/')[3][:32]}/approva").send(desk.http)
    assert answer.status_code == 409
    assert "rileggile qui sotto" in Page(answer).words
    assert "Altre parole." in Page(answer).words


def test_approved_word_is_a_file_that_the_content_reader_takes(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    own = f"/agenda/parole/{address.split('/')[3][:32]}/"
    sign_in(desk)
    assert desk.http.get(f"{own}file").status_code == 404
    page = press(desk, read(desk, "/agenda/parole/"), f"{own}approva")
    path = re.findall(r"content/testimonials/delia-t-[0-9a-f]{6}\.md", page.words)[0]
    file = desk.http.get(f"{own}file")
    assert file.headers["content-disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
    there = desk.content / path.removeprefix("content/")
    there.parent.mkdir()
    there.write_bytes(file.content)
    (one,) = read_office(desk.content).testimonials
    assert (one.who, one.role, one.text, one.service) == (SAID["name"], SAID["role"], SAID["text"], "ricerca")
    assert one.consent == "dal modulo del sito, il 13 gennaio 2027"
    eventually(lambda: "È sul sito." in read(desk, "/agenda/parole/").words)


def own_page(address: str) -> str:
    return f"/agenda/parole/{address.split('/')[3][:32]}/"


def discard(desk: Endpoint, seen: Page, address: str) -> Response:
    """Press, on a page of the agenda, what erases words."""
    own = own_page(address)
    fields = next(form for form in seen.forms if form.fields.get("seen") and own in form.action).fields
    return desk.http.post(f"{own}scarta", data={name: fields[name] for name in ("key", "seen")})


def test_declined_word_is_erased_and_her_client_told_once(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    sign_in(desk)
    assert f"{own_page(address)}scarta" in desk.http.get("/agenda/parole/").text
    seen = read(desk, "/agenda/parole/")
    for _ in range(2):  # pressed twice
        assert discard(desk, seen, address).headers["location"].endswith("?fatto=scarta")
    assert mails(desk, "testimonial-owner") == []
    assert "Per ora nessuno ha scritto" in read(desk, "/agenda/parole/").words
    assert "lasciato due parole" not in read(desk, "/agenda/").words
    (row,) = export(desk.engine, "ada@example.com")["testimonials"]
    assert (row["text"], row["name"], row["role"]) == ("", "", None)
    page = Page(desk.http.get(address))
    assert "non ne è rimasto niente" in page.words
    assert not page.forms
    again = desk.http.post(address, data=SAID | {"text": "E allora?"})
    assert again.status_code == 409
    assert "E allora?" in Page(again).words
    assert desk.http.post(f"{address}ritira").status_code == 409
    assert mails(desk, "testimonial-owner") == []


def test_word_that_was_changed_is_not_declined_unread(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    sign_in(desk)
    seen = read(desk, "/agenda/parole/")
    desk.clock.now += timedelta(minutes=1)
    leave(desk, address, text="Altre parole.")
    answer = discard(desk, seen, address)
    assert answer.status_code == 409
    assert "Altre parole." in Page(answer).words


def test_word_approved_in_one_tab_is_not_erased_by_another(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    sign_in(desk)
    seen = read(desk, "/agenda/parole/")
    desk.clock.now += timedelta(minutes=1)
    press(desk, read(desk, "/agenda/parole/"), f"{own_page(address)}approva")
    assert discard(desk, seen, address).status_code == 409
    approved = read(desk, "/agenda/parole/")
    assert "Adesso trovo tre righe." in desk.http.get(f"{own_page(address)}file").text
    assert discard(desk, approved, address).status_code == 303
    # It is on the site by now: what its client is told stays, and nothing else is asked for.
    page = Page(desk.http.get(address))
    assert "pronte per il sito" in page.words
    assert not page.forms
    assert desk.http.get(f"{own_page(address)}file").status_code == 404


def test_late_change_of_a_decided_word_loses_nothing_typed(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    sign_in(desk)
    press(desk, read(desk, "/agenda/parole/"), f"{own_page(address)}approva")
    late = desk.http.post(address, data=SAID | {"text": "Ci ho ripensato."})
    assert late.status_code == 409
    assert "Ci ho ripensato." in Page(late).words


def test_word_about_a_meeting_missed_since_is_still_her_own(desk: Endpoint) -> None:
    address = asking(desk)
    leave(desk, address)
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    services.changes.miss(address.split("/")[3][:32])
    sign_in(desk)
    press(desk, read(desk, "/agenda/parole/"), f"{own_page(address)}approva")
    assert desk.http.get(f"{own_page(address)}file").status_code == 200
    assert desk.http.get(address).status_code == 200


def test_client_takes_her_word_back(desk: Endpoint) -> None:
    address = asking(desk)
    page = leave(desk, address)
    assert page.form(f"{address}ritira").send(desk.http).status_code == 303
    assert count(desk.engine, testimonials) == 0
    assert "Lascia due parole" in Page(desk.http.get(address)).words
    assert desk.http.post(f"{address}ritira").status_code == 303


def test_errors_lose_nothing_that_was_typed(desk: Endpoint) -> None:
    address = asking(desk)
    answer = desk.http.post(address, data={"text": "x" * 1001, "name": " ", "role": "ceramista"})
    assert answer.status_code == 422
    page = Page(answer)
    for told in ("troppo lungo", "Scrivi il nome con cui firmarle", "Senza il tuo sì"):
        assert told in page.words
    assert "x" * 1001 in answer.text
    assert 'value="ceramista"' in answer.text
    assert count(desk.engine, testimonials) == 0
    assert desk.http.post(address, data=SAID | {"text": "# \n> \n"}).status_code == 422


def test_too_many_posts_wait(tmp_path: Path) -> None:
    rules: dict[str, Any] = {"follow_up": "1d", "follow_up_text": "Grazie!", "testimonials": True}
    content = write_content(tmp_path / "office", **rules)
    database = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(content, database, BOOKING_RATE_LIMIT="1/10minutes") as desk:
        address = asking(desk)
        answer = desk.http.post(address, data=SAID)
        assert answer.status_code == 429
        assert "trovo tre righe" in answer.text


def test_unknown_token_finds_nothing(desk: Endpoint) -> None:
    address = asking(desk)
    wrong = address[:-2] + ("a" if address[-2] != "a" else "b") + "/"
    for method, path in (
        ("GET", wrong),
        ("POST", wrong),
        ("POST", f"{wrong}ritira"),
        ("GET", "/appuntamenti/parole/x/"),
    ):
        answer = desk.http.request(method, path, data=SAID if method == "POST" else None)
        assert answer.status_code == 404
    assert desk.http.get(address.rstrip("/")).headers["location"] == address


def test_word_goes_with_the_person(desk: Endpoint) -> None:
    leave(desk, asking(desk))
    (row,) = export(desk.engine, "ada@example.com")["testimonials"]
    assert row["text"] == SAID["text"]
    erase(desk.engine, "ada@example.com")
    assert count(desk.engine, testimonials) == 0


def test_word_is_kept_no_longer_than_its_booking(desk: Endpoint) -> None:
    leave(desk, asking(desk))
    purge(desk.engine, DAY, desk.clock.now + 5 * DAY)
    assert count(desk.engine, testimonials) == 0
