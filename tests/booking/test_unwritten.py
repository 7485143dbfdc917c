"""Mail that cannot be written: refused at the start where that can be known, else kept, told and written later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.dkim import Dkim
from plugins.booking.mail.mime import compose
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.service import mail_composer
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.schema import outbox
from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW, asked, write_content
from tests.booking.page import Page
from tests.booking.raw_relay import raw_relay

WORDS = {"name": "Zoë", "email": "zoe@example.com", "message": "Ciao."}
UNWRITABLE = "=?utf-8?q?Maglia?="  # a name that no header may carry
LATER = "2027-01-14T11:30:00+01:00"

WRONG = [
    "bicè@esempio.example",
    "a.b.@esempio.example",
    ".a@esempio.example",
    "a..b@esempio.example",
    "bice@esempio.example.",
    "bice@esempio..example",
    "bice@-esempio.example",
    "bice@caffè..example",
    "bice@esempio",
    "bice@192.0.2.1",
    "bice",
    '"bi ce"@esempio.example',
    "bice@esempio.example, ada@esempio.example",
    "bi ce@esempio.example",
    f"{'b' * 65}@esempio.example",
    f"bice@{'b' * 64}.example",
    "bice＠esempio.example",
]


def identity(content: Path, **changed: object) -> None:
    """Write who she is with some of it changed."""
    file = content / "identity.yaml"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changed, indent=1), encoding="utf-8")


def rows(desk: Endpoint) -> list[Row[Any]]:
    with desk.engine.begin() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)).all())


def states(desk: Endpoint) -> list[tuple[str, str]]:
    return sorted((row.kind, row.state) for row in rows(desk))


def mail(desk: Endpoint, kind: str) -> EmailMessage:
    (mime,) = (row.mime for row in rows(desk) if row.kind == kind)
    parsed = message_from_bytes(mime, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def lifecycle_job(desk: Endpoint, office: ContentReloader | None = None, **settings: Any) -> LifecycleJob:  # noqa: ANN401 - any setting
    """The lifecycle job of a process that is started now."""
    office = office or ContentReloader(desk.content)
    services = services_of(replace(desk.settings, **settings), desk.store, desk.clock, office)
    return LifecycleJob(desk.engine, services, office, desk.clock)


@pytest.fixture
def desk(content: Path, database_url: str) -> Iterator[Endpoint]:
    """An endpoint with a relay, once on each database."""
    with endpoint(content, database_url, BOOKING_SMTP_URL="smtp://127.0.0.1:1") as running:
        yield running


@pytest.mark.parametrize("name", ["SENDER", "OWNER_EMAIL"])
@pytest.mark.parametrize("address", [*WRONG, f"{UNWRITABLE} <bice@esempio.example>", "Bice <bice@esempio.example> x"])
def test_an_address_that_no_mail_carries_is_refused_by_name(name: str, address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({f"BOOKING_{name}": address})
    (fault,) = refused.value.faults
    assert fault.startswith(f"BOOKING_{name} is not an email address")
    assert fault.endswith(f"set it like BOOKING_{name}=nome@example.it")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ciao@caffè.example", "ciao@xn--caff-8oa.example"),
        ("Bicè <ciao@Caffè.example>", "Bicè <ciao@xn--caff-8oa.example>"),
        ("ciao@straße.example", "ciao@xn--strae-oqa.example"),
        ("Rossi, Bice <b.r+x@example.org>", '"Rossi, Bice" <b.r+x@example.org>'),
        ('"Rossi \\"B\\"" <b@example.org>', '"Rossi \\"B\\"" <b@example.org>'),
        ("<b@example.org>", "b@example.org"),
        ("b@localhost", "b@localhost"),
    ],
)
def test_an_address_is_kept_as_mail_carries_it(written: str, kept: str) -> None:
    assert Settings.from_environment({"BOOKING_SENDER": written}).sender == kept


@pytest.mark.parametrize("address", WRONG)
def test_the_check_names_file_and_line_of_such_an_address(content: Path, address: str) -> None:
    identity(content, email=address)
    with pytest.raises(ContentError) as refused:
        read_office(content)
    (fault,) = refused.value.faults
    line = next(
        n for n, text in enumerate((content / "identity.yaml").read_text().splitlines(), 1) if '"email"' in text
    )
    assert (fault.path.as_posix(), fault.line) == ("identity.yaml", line)
    assert fault.what.startswith("«email»: a questa email non si può scrivere. ")


def test_domains_are_written_in_a_labels_wherever_mail_reads_them(content: Path, tmp_path: Path) -> None:
    identity(content, email="bice@caffè.example")
    sender: dict[str, Any] = {
        "BOOKING_SENDER": "Bicè <ciao@caffè.example>",
        "BOOKING_OWNER_EMAIL": "lei@perché.example",
    }
    for settings, own, owner in (
        ({}, "bice@xn--caff-8oa.example", "bice@xn--caff-8oa.example"),
        (sender, "ciao@xn--caff-8oa.example", "lei@xn--perch-fsa.example"),
    ):
        url = f"sqlite:///{tmp_path}/{len(settings)}.db"
        with endpoint(content, url, **settings) as desk:
            token = desk.http.post("/api/bookings", json=asked()).json()["manage_url"].rstrip("/").rpartition("/")[2]
            page = Page(desk.http.get(f"/appuntamenti/{token}/"))
            assert {(row.sender, row.recipient) for row in rows(desk)} == {(own, owner), (own, "ada@example.com")}
            hers, visitors = mail(desk, "booked-owner"), mail(desk, "booked-visitor")
            assert hers["From"].addresses[0].addr_spec == visitors["From"].addresses[0].addr_spec == own
            assert (hers["To"], hers["Reply-To"]) == (owner, "Ada Rossi <ada@example.com>")
            assert visitors["Reply-To"] == "bice@xn--caff-8oa.example"
            invitation = next(part for part in visitors.walk() if part.get_content_type() == "text/calendar")
            unfolded = str(invitation.get_content()).replace("\r\n ", "").replace("\n ", "")
            assert f":mailto:{own}" in unfolded
            assert all(row.mime.isascii() for row in rows(desk))
            assert page
    assert read_office(content).identity.email == "bice@caffè.example"  # as her pages show it


def test_identity_unusable_for_mail_never_replaces_the_last_good_one(content: Path) -> None:
    ticks = iter(range(100))
    office = ContentReloader(content, lambda: next(ticks))
    for address in WRONG:
        identity(content, email=address)
        assert office().identity.email == "bice@example.org"
    identity(content, email="ciao@caffè.example")
    assert office().identity.email == "ciao@caffè.example"


def test_bookings_and_messages_are_kept_when_mail_cannot_be_composed(content: Path, database_url: str) -> None:
    identity(content, brand=UNWRITABLE)
    with endpoint(content, database_url, BOOKING_SMTP_URL="smtp://127.0.0.1:1") as desk:
        booked = desk.http.post("/api/bookings", json=asked())
        assert booked.status_code == 201
        token = booked.json()["manage_url"].rstrip("/").rpartition("/")[2]
        assert desk.http.post("/api/messages", json=WORDS).status_code == 201
        assert desk.http.post("/messaggi/", data=WORDS).status_code == 303
        desk.clock.now += timedelta(minutes=1)
        assert desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": LATER}).status_code == 200
        assert desk.http.post("/agenda/entra").status_code == 303
        assert {state for _, state in states(desk)} == {"dead"}
        assert {(row.mime, row.error) for row in rows(desk)} == {(b"", "unwritten: UnsafeHeader")}
        told = desk.http.get("/health").json()
        assert told["status"] == "ok"
        assert told["mail"].startswith("unwritten: 7 mails could not be written; see BOOKING_SENDER")
        # Nobody tries them, nor writes them again for nothing.
        relay = SmtpSender(desk.settings.relay, "localhost") if desk.settings.relay else None
        assert relay
        assert Delivery(desk.outbox, relay, desk.clock).deliver_due() == 0
        before = rows(desk)
        working = lifecycle_job(desk)
        for _ in range(3):
            working.make()
            desk.clock.now += timedelta(minutes=1)
        superseded = [row for row in rows(desk) if row.state == "let go"]
        assert {row.kind for row in superseded} == {"booked-owner", "booked-visitor"}
        assert len(rows(desk)) == len(before)
        # She mends her name, and nobody has to restart anything.
        identity(desk.content, brand="Stessa Maglia")
        lifecycle_job(desk).make()
        written = {(kind, state) for kind, state in states(desk) if state == "pending"}
        assert written == {("rescheduled-owner", "pending"), ("rescheduled-visitor", "pending"),
                           ("message-owner", "pending")}  # fmt: skip
        assert len([row for row in rows(desk) if row.kind == "message-owner"]) == 2
        assert desk.http.get("/health").json()["mail"] == "ok"


def test_a_change_of_the_content_is_enough_to_mend_it(desk: Endpoint) -> None:
    ticks = iter(range(100))
    office = ContentReloader(desk.content, lambda: next(ticks))
    working = lifecycle_job(desk, office)
    identity(desk.content, brand=UNWRITABLE)
    services_of(desk.settings, desk.store, desk.clock, office).booking_service.leave_message(WORDS, None)
    working.make()
    assert ("message-owner", "dead") in states(desk)
    identity(desk.content, brand="Stessa Maglia")
    working.make()
    assert ("message-owner", "pending") in states(desk)
    assert desk.http.get("/health").json()["mail"] == "ok"


@pytest.mark.parametrize("broken", ["compose", "mails_about"])
def test_whatever_fails_the_next_start_writes_it(desk: Endpoint, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise UnicodeEncodeError("ascii", "è", 0, 1, "no")

    with monkeypatch.context() as failing:
        failing.setattr(mail_composer, broken, fail)
        assert desk.http.post("/api/bookings", json=asked()).status_code == 201
        assert desk.http.post("/prenota", json={}).status_code == 404
        assert states(desk) == [("booked-owner", "dead"), ("booked-visitor", "dead")]
        assert {row.recipient for row in rows(desk)} == {"bice@example.org", "ada@example.com"}
        lifecycle_job(desk).make()
        assert [one for one in states(desk) if one[0] != "digest"] == [
            ("booked-owner", "dead"), ("booked-visitor", "dead"),
        ]  # fmt: skip
    lifecycle_job(desk).make()
    assert [one for one in states(desk) if one[0] != "digest"] == [
        ("booked-owner", "pending"), ("booked-visitor", "pending"),
    ]  # fmt: skip
    assert "Ada Rossi" in str(mail(desk, "booked-owner")["Subject"])


def test_what_is_unwritten_is_told_in_agenda_and_digest(desk: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(desk)

    def fail(mail: Any, *given: Any) -> bytes:  # noqa: ANN401 - whatever it is given
        if mail.kind.startswith("booked"):
            raise UnicodeEncodeError("ascii", "è", 0, 1, "no")
        return compose(mail, *given)

    with monkeypatch.context() as failing:
        failing.setattr(mail_composer, "compose", fail)
        desk.http.post("/api/bookings", json=asked())
        page = read(desk, "/agenda/")
        assert "Delle mail non si sono potute scrivere (2)" in page.words
        assert "non si è potuta scrivere; si riprova da sola" in page.words
        press(desk, page, "/agenda/rispedisci")
        assert [state for kind, state in states(desk) if kind.startswith("booked")] == ["dead", "dead"]
        lifecycle_job(desk).make()
    digest = mail(desk, "digest").get_body(("plain",))
    assert digest
    assert "appuntamento di martedì 12 gennaio 2027 alle 10:00 (ora italiana): non si può ancora scrivere" in str(
        digest.get_content()
    )
    form = read(desk, "/agenda/").form("/agenda/rispedisci")
    form.target = "/agenda/lascia"
    assert form.send(desk.http).status_code == 303
    assert "non si sono potute scrivere" not in read(desk, "/agenda/").words
    lifecycle_job(desk).make()
    assert [state for kind, state in states(desk) if kind.startswith("booked")] == ["let go", "let go"]


def test_reminder_that_could_not_be_composed_is_queued_later(desk: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    write_content(desk.content, reminder="24h")
    desk.clock.now = NOW
    assert desk.http.post("/api/bookings", json=asked(start="2027-01-14T10:00:00+01:00")).status_code == 201
    desk.clock.now = datetime.fromisoformat("2027-01-13T12:00:00+01:00")
    with monkeypatch.context() as failing:
        failing.setattr(mail_composer, "compose", lambda *_given: 1 / 0)
        for _ in range(3):
            lifecycle_job(desk).make()
        assert [one for one in states(desk) if "reminder" in one[0]] == [
            ("reminder-owner", "dead"), ("reminder-visitor", "dead"),
        ]  # fmt: skip
    lifecycle_job(desk).make()
    assert [one for one in states(desk) if "reminder" in one[0]] == [
        ("reminder-owner", "pending"), ("reminder-visitor", "pending"),
    ]  # fmt: skip


def test_unsendable_mail_of_an_older_release_is_composed_anew(desk: Endpoint) -> None:
    assert desk.http.post("/api/bookings", json=asked()).status_code == 201
    with desk.engine.begin() as connection:
        connection.execute(update(outbox).values(sender="ciao@caffè.example"))
    with raw_relay() as relay:
        sending = Delivery(desk.outbox, SmtpSender(relay.relay, "localhost"), desk.clock)
        assert sending.deliver_due() == 0
        assert relay.heard == []
        assert [state for _, state in states(desk)] == ["dead", "dead"]
        assert desk.http.get("/health").json()["mail"].startswith("unwritten: 2 mails")
        lifecycle_job(desk).make()
        assert sending.deliver_due() >= 2
    assert {row.sender for row in rows(desk)} == {"bice@example.org"}


def test_a_signature_that_fails_is_no_busy_relay(desk: Endpoint) -> None:
    desk.http.post("/api/messages", json=WORDS)
    with raw_relay() as relay:
        broken = SmtpSender(relay.relay, "localhost", Dkim("x", b"no key"))
        assert Delivery(desk.outbox, broken, desk.clock).deliver_due() == 0
        assert states(desk) == [("message-owner", "dead")]
        lifecycle_job(desk).make()
        assert Delivery(desk.outbox, SmtpSender(relay.relay, "localhost"), desk.clock).deliver_due() >= 1
    assert relay.count("MAIL") == len([row for row in rows(desk) if row.state == "sent"])


def test_multi_line_meeting_title_becomes_one_subject_line(content: Path, tmp_path: Path) -> None:
    write_content(content, talk={"title": "Chiacchierata\ncon calma"})
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as desk:
        assert desk.http.post("/api/bookings", json=asked()).status_code == 201
        assert "Chiacchierata con calma" in str(mail(desk, "booked-visitor")["Subject"])
