"""The mailbox of reports is read by the endpoint itself, and how it stands is told by itself."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from plugins.booking.__main__ import main
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.imap_url import ImapMailbox
from plugins.booking.jobs.bounce_job import bounce_workers, incoming_mail
from plugins.booking.mail.bounces.imap_poller import ImapPoller
from plugins.booking.redaction import redacted
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.bounce_mailbox import BounceMailbox
from tests.booking.agenda.owner import book, mails
from tests.booking.dovecot_imap import PASSWORD, USER, imap_server
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.mail.bounces.reports import report
from tests.booking.office import Clock
from tests.booking.processes import Process, eventually
from tests.booking.service.test_incoming_mail import sent
from tests.booking.smtp import smtp_server


def test_health_tells_the_mailbox_by_itself(content: Path, database_url: str) -> None:
    with endpoint(content, database_url, BOOKING_IMAP_URL="imaps://a:parola-segreta@mail.example.org/INBOX") as desk:
        told = desk.http.get("/health").json()
        assert told["bounces"] == {"bounced": 0, "to_look_at": 0, "mailbox": "not read yet", "last_read": None}
        assert desk.settings.imap
        kept = BounceMailbox(desk.engine, desk.settings.imap.digest)
        assert kept.take_turn(desk.clock.now)
        kept.failed("login refused", desk.clock.now, is_refused=True)
        told = desk.http.get("/health").json()
        assert told["status"] == "ok"
        assert told["mail"].startswith("not configured")
        assert told["bounces"]["mailbox"] == "not read: login refused; see BOOKING_IMAP_URL"
        assert "parola-segreta" not in repr(desk.settings)


def test_health_and_metrics_count_what_came_back(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk)
    office = ContentReloader(desk.content)
    assert incoming_mail(desk.settings, desk.engine, office, desk.clock).take(report(mail.message_id)) == "bounce"
    told = desk.http.get("/health").json()
    assert told["bounces"] == {"bounced": 1, "to_look_at": 1, "mailbox": "not configured", "last_read": None}
    measured = desk.http.get("/metrics").text
    assert "maglia_outbox_bounced 1\n" in measured
    assert "maglia_outbox_bounced_unseen 1\n" in measured
    assert bounce_workers(desk.settings, desk.engine, office, desk.clock) == []


def test_serving_endpoint_reads_its_mailbox(content: Path, tmp_path: Path) -> None:
    with imap_server() as server, endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock()) as desk:
        # The process goes by the clock of today, for which the meeting is to come.
        book(desk)
        mail = sent(desk)
        login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        environment = {
            "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
            "BOOKING_CONTENT": str(content),
            "BOOKING_IMAP_URL": f"imap://{login}@127.0.0.1:{server.mailbox.port}/INBOX",
        }
        server.append(report(mail.message_id))
        process = Process(environment)
        try:
            now = datetime.now(UTC)
            eventually(lambda: bool(AgendaQueries(desk.engine).to_look_at(now)))
            assert len(mails(desk, kind="bounced-owner")) == 1
        finally:
            process.kill()
        assert PASSWORD not in process.said()
        assert not any(b"Seen" in one for one in server.flags())


def test_report_read_by_a_killed_process_is_marked_later(content: Path, database_url: str) -> None:
    clock = Clock(datetime.now(UTC))
    with imap_server() as server, endpoint(content, database_url) as desk:
        book(desk)
        mail = sent(desk)
        server.append(report(mail.message_id))
        office = ContentReloader(content)
        take = incoming_mail(desk.settings, desk.engine, office, desk.clock).take
        kept = BounceMailbox(desk.engine, server.mailbox.digest)

        def killed(_raw: bytes) -> None:
            raise SystemExit

        with pytest.raises(SystemExit):
            ImapPoller(server.mailbox, kept, killed, clock).poll()

        def killed_after(raw: bytes) -> None:
            take(raw)
            raise SystemExit

        clock.now += timedelta(minutes=6)
        with pytest.raises(SystemExit):
            ImapPoller(server.mailbox, kept, killed_after, clock).poll()
        clock.now += timedelta(minutes=6)
        ImapPoller(server.mailbox, kept, take, clock).poll()
        assert len(mails(desk, kind="bounced-owner")) == 1
        assert kept.state().read_at == clock.now


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("google", ImapMailbox("imap.gmail.com", 993, True, token="google")),
        (
            "imaps://bice%40example.org:p%2Fw@mail.example.org",
            ImapMailbox("mail.example.org", 993, True, "bice@example.org", "p/w"),
        ),
        (
            "imaps://bice%40gmail.com@imap.gmail.com:993/Posta?token=google",
            ImapMailbox("imap.gmail.com", 993, True, "bice@gmail.com", None, "Posta", "google"),
        ),
    ],
)
def test_mailbox_is_read_from_its_address(address: str, mailbox: ImapMailbox) -> None:
    assert Settings.from_environment({"BOOKING_IMAP_URL": address}).imap == mailbox


@pytest.mark.parametrize(
    "address",
    [
        "pop3://a:parola-segreta@mail.example.org",
        "imap://a:parola-segreta@mail.example.org",
        "imaps://mail.example.org",
        "imaps://a@mail.example.org?token=altri",
        "imaps://a:parola-segreta@mail.example.org?token=google",
        "imaps://a:parola-segreta@mail.example.org:99999",
        "imaps://a:parola-segreta%FF@mail.example.org",
        "imaps://a:parola-segreta@mail.example.org/Perch%C3%A9",
    ],
)
def test_wrong_address_of_a_mailbox_is_told_without_its_parts(address: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"BOOKING_IMAP_URL": address})
    assert "BOOKING_IMAP_URL" in str(wrong.value)
    assert "segreta" not in str(wrong.value)


@pytest.mark.parametrize("address", ["imaps://a:parola%2Fsegreta@mail.example.org", "imaps://a:parola/segreta@m@x?y"])
def test_password_of_the_mailbox_reaches_no_log(address: str) -> None:
    stream = io.StringIO()
    watched = redacted(stream, {"BOOKING_IMAP_URL": address})
    watched.write("login of a with parola/segreta, parola%2Fsegreta")
    assert "segreta" not in stream.getvalue()


def test_delivering_once_reads_the_mailbox_first(content: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    with imap_server() as server, smtp_server() as relay, endpoint(content, database) as desk:
        book(desk)
        server.append(report(sent(desk).message_id))
        login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        environment = {
            "BOOKING_DATABASE_URL": database,
            "BOOKING_CONTENT": str(content),
            "BOOKING_SMTP_URL": relay.url,
            "BOOKING_IMAP_URL": f"imap://{login}@127.0.0.1:{server.mailbox.port}/INBOX",
        }
        assert main(["deliver", "--once"], environment) == 0
        assert [mail["Subject"][:20] for mail in relay.taken] == ["Mail tornata indietr"]


def test_consent_that_only_sends_opens_no_mailbox() -> None:
    environment = {
        "BOOKING_IMAP_URL": "microsoft",
        "BOOKING_MICROSOFT_CLIENT_ID": "a",
        "BOOKING_MICROSOFT_CLIENT_SECRET": "b" * 20,
    }
    with pytest.raises(SettingsError, match="BOOKING_IMAP_URL is opened by no consent"):
        Settings.from_environment(environment | {"BOOKING_SMTP_URL": "microsoft+https://"})
    assert Settings.from_environment(environment | {"BOOKING_SMTP_URL": "microsoft"}).imap
    by_google = {name.replace("MICROSOFT", "GOOGLE"): value for name, value in environment.items()}
    by_google |= {"BOOKING_IMAP_URL": "google", "BOOKING_SMTP_URL": "google+https://"}
    assert not Settings.from_environment(by_google).oauth["google"].mail_by_api
