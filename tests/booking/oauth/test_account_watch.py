"""The owner is told of an account that is dead or soon will be, by a way that is not broken itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, select

from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources
from plugins.booking.jobs.account_watch import AccountWatch
from plugins.booking.jobs.heartbeat import standstill
from plugins.booking.mail.delivery_failure import AccountNotConnected, LoginRefused
from plugins.booking.mail.login_backoff import LoginBackoff, login_name
from plugins.booking.oauth.access_token import Provider, TokenDead
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import accounts_of, services_of
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.mail_setup import mail_checks
from plugins.booking.setup_checks.work_checks import work_checks
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import outbox
from plugins.content.findings import Finding
from tests.booking.migrated import lay_out
from tests.booking.oauth.accounts import CALENDAR, KEY, MAIL, connect, store_of
from tests.booking.oauth.provider import ACCOUNT, CLIENTS, GOOGLE_SECRET, RunningProvider
from tests.booking.office import Clock
from tests.booking.smtp import Relaying, smtp_server

DAY = timedelta(days=1)
SEVEN_DAYS = 604799


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An SQLite database with the present schema."""
    address = make_url(f"sqlite:///{tmp_path}/booking.db")
    lay_out(address)
    opened = open_engine(address)
    yield opened
    opened.dispose()


def settings_of(provider: RunningProvider, engine: Engine, content: Path, **more: str) -> Settings:
    own = {
        "BOOKING_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "BOOKING_CONTENT": str(content),
        "BOOKING_SECRET_KEY": KEY,
        "BOOKING_GOOGLE_CLIENT_ID": CLIENTS["google"],
        "BOOKING_GOOGLE_CLIENT_SECRET": GOOGLE_SECRET,
        "BOOKING_GOOGLE_URL": provider.address,
        "BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"],
        "BOOKING_MICROSOFT_URL": provider.address,
        "BOOKING_SMTP_URL": "smtp://127.0.0.1:1",
    }
    return Settings.from_environment(own | more)


def watch_of(settings: Settings, engine: Engine, content: Path, clock: Clock) -> AccountWatch:
    office = ContentReloader(content)
    composer = services_of(settings, Store(engine), clock, office).mail_composer
    return AccountWatch(settings, accounts_of(settings, engine, clock), composer, office, clock)


def queued(engine: Engine) -> list[tuple[str, str]]:
    """The mails of the outbox: kind, and what they say."""
    with engine.begin() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.about == "account").order_by(outbox.c.id)).all()
    found = [(row.kind, message_from_bytes(row.mime, policy=policy.default)) for row in rows]
    return [(kind, f"{mail['subject']}\n{mail.get_body(('plain',)).get_content()}") for kind, mail in found]  # type: ignore[union-attr]


def die(provider: RunningProvider, settings: Settings, engine: Engine, clock: Clock, name: Provider) -> None:
    """Have the consent taken back, and a server refuse its token."""
    provider.tell("revoke")
    accounts = accounts_of(settings, engine, clock)
    use = min(store_of(engine).all()[0].uses)
    accounts.refused(name, use, accounts.token(name, use))


def test_a_dead_calendar_account_is_told_by_mail_once(provider: RunningProvider, engine: Engine, content: Path) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)
    connect(provider, engine, clock, "google", CALENDAR)
    watch, other = (watch_of(settings, engine, content, clock) for _ in range(2))
    assert watch.look() == 0
    die(provider, settings, engine, clock, "google")
    assert watch.look() + other.look() + watch.look() == 1
    clock.now += 2 * DAY
    assert watch.look() == 0
    ((kind, words),) = queued(engine)
    assert kind == "account-dead"
    assert "Google non è più collegato" in words
    assert ACCOUNT in words
    assert "collegalo di nuovo" in words
    assert "le prenotazioni si confermano da sole; poi ognuna aspetta la tua conferma" in words
    assert "agenda link" not in words
    assert "/agenda/calendari/" in words


def test_connected_again_and_dead_again_is_told_again(provider: RunningProvider, engine: Engine, content: Path) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)
    watch = watch_of(settings, engine, content, clock)
    for times in (1, 2):
        connect(provider, engine, clock, "google", CALENDAR)
        assert watch.look() == 0
        die(provider, settings, engine, clock, "google")
        watch.look()
        assert len(queued(engine)) == times


@pytest.mark.parametrize(("then", "leaves"), [("nothing", True), ("connected", False), ("disconnected", False)])
def test_a_mail_that_waited_until_all_was_well_is_dropped(
    provider: RunningProvider, engine: Engine, content: Path, then: str, leaves: bool
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)
    connect(provider, engine, clock, "google", CALENDAR)
    die(provider, settings, engine, clock, "google")
    assert watch_of(settings, engine, content, clock).look() == 1
    if then == "connected":
        connect(provider, engine, clock, "google", CALENDAR)
    elif then == "disconnected":
        store_of(engine).disconnect("google", CALENDAR)
    assert (Outbox(engine).lease(clock()) is not None) == leaves


def test_a_project_left_in_testing_is_told_before_it_dies(
    provider: RunningProvider, engine: Engine, content: Path
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)
    provider.tell("user", ends_in=SEVEN_DAYS)
    connect(provider, engine, clock, "google", CALENDAR)
    provider.tell("user", ends_in=None)
    watch = watch_of(settings, engine, content, clock)
    clock.now += 4 * DAY - timedelta(minutes=5)
    assert watch.look() == 0
    clock.now += timedelta(minutes=5)
    assert watch.look() == 1
    assert watch.look() == 0
    ((kind, words),) = queued(engine)
    assert kind == "account-ending"
    assert "sette giorni" in words
    assert "pubblichi" in words
    die(provider, settings, engine, clock, "google")
    assert watch.look() == 1
    assert sorted(kind for kind, _ in queued(engine)) == ["account-dead", "account-ending"]


@pytest.fixture
def alarms() -> Iterator[Relaying]:
    """The second relay, for alarms alone."""
    with smtp_server() as server:
        yield server


def test_dead_mail_is_told_by_the_alarm_relay_each_day(
    provider: RunningProvider, engine: Engine, content: Path, alarms: Relaying
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL="google", BOOKING_ALARM_SMTP_URL=alarms.url)
    connect(provider, engine, clock, "google", MAIL)
    watch, other = (watch_of(settings, engine, content, clock) for _ in range(2))
    die(provider, settings, engine, clock, "google")
    assert watch.look() + other.look() == 1
    clock.now += DAY
    assert watch.look() + other.look() == 1
    assert queued(engine) == []
    assert len(alarms.taken) == 2
    body = alarms.taken[0].get_body(("plain",))
    assert body is not None
    assert "agenda link" in body.get_content()
    connect(provider, engine, clock, "google", MAIL)
    clock.now += DAY
    assert watch.look() == 0


def test_an_alarm_of_a_wrong_year_silences_no_other(
    provider: RunningProvider, engine: Engine, content: Path, alarms: Relaying
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL="google", BOOKING_ALARM_SMTP_URL=alarms.url)
    connect(provider, engine, clock, "google", MAIL)
    watch = watch_of(settings, engine, content, clock)
    die(provider, settings, engine, clock, "google")
    clock.now += 365 * DAY
    assert watch.look() == 1
    clock.now -= 364 * DAY
    assert watch.look() == 1
    assert watch.look() == 0


def test_a_standstill_of_a_wrong_year_silences_no_other(
    provider: RunningProvider, engine: Engine, content: Path, alarms: Relaying
) -> None:
    clock = Clock()
    relay = "smtp://bice:segreto@127.0.0.1:9"
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL=relay, BOOKING_ALARM_SMTP_URL=alarms.url)
    watch, turns = watch_of(settings, engine, content, clock), LoginBackoff(engine, str(login_name(settings.relay)))
    clock.now += 365 * DAY
    turns.refused(clock.now, LoginRefused("535 5.7.8"))
    assert watch.look() == 1
    clock.now -= 364 * DAY
    assert watch.look() == 1
    assert watch.look() == 0


def test_a_login_refused_in_a_wrong_year_is_tried(engine: Engine) -> None:
    turns, now = LoginBackoff(engine, "login"), Clock().now
    turns.refused(now + 365 * DAY, LoginRefused("535 5.7.8"))
    assert not turns.waits(now)
    assert turns.take(now)
    turns.refused(now, LoginRefused("535 5.7.8"))
    assert turns.waits(now)
    assert turns.state().next_try < now + DAY


def test_an_alarm_that_does_not_go_out_is_tried_again(
    provider: RunningProvider, engine: Engine, content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    gone = {"BOOKING_SMTP_URL": "google", "BOOKING_ALARM_SMTP_URL": "smtp://127.0.0.1:9"}
    connect(provider, engine, clock, "google", MAIL)
    settings = settings_of(provider, engine, content, **gone)
    watch = watch_of(settings, engine, content, clock)
    die(provider, settings, engine, clock, "google")
    for _ in range(2):
        assert watch.look() == 0
    assert caplog.text.count("did not go out") == 1
    clock.now += timedelta(minutes=10)
    watch.look()
    assert caplog.text.count("did not go out") == 2


def test_mail_that_is_refused_is_told_by_the_alarm_relay(
    provider: RunningProvider, engine: Engine, content: Path, alarms: Relaying
) -> None:
    clock = Clock()
    relay = "smtp://bice:segreto@127.0.0.1:9"
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL=relay, BOOKING_ALARM_SMTP_URL=alarms.url)
    watch, other = (watch_of(settings, engine, content, clock) for _ in range(2))
    assert watch.look() == 0
    name = login_name(settings.relay)
    assert name
    LoginBackoff(engine, name).refused(clock.now, LoginRefused("535 5.7.8"))
    assert watch.look() + other.look() + watch.look() == 1
    clock.now += DAY
    assert watch.look() + other.look() == 1
    body = alarms.taken[0].get_body(("plain",))
    assert body is not None
    assert "login refused (535 5.7.8)" in body.get_content()
    assert "agenda link" in body.get_content()
    assert "segreto" not in body.get_content()
    LoginBackoff(engine, name).proven()
    assert watch.look() == 0
    LoginBackoff(engine, name).refused(clock.now, LoginRefused("535 5.7.8"))
    assert watch.look() == 1
    assert len(alarms.taken) == 3


def test_mail_by_an_account_never_connected_is_told_by_alarm(
    provider: RunningProvider, engine: Engine, content: Path, alarms: Relaying
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL="google", BOOKING_ALARM_SMTP_URL=alarms.url)
    watch = watch_of(settings, engine, content, clock)
    assert (watch.look(), watch.look()) == (1, 0)
    body = alarms.taken[0].get_body(("plain",))
    assert body is not None
    assert "google is not connected for mail: connect it" in " ".join(body.get_content().split())
    connect(provider, engine, clock, "google", MAIL)
    assert watch.look() == 0
    die(provider, settings, engine, clock, "google")
    assert watch.look() == 1
    assert [one["subject"] for one in alarms.taken] == ["La posta del sito è ferma", "Google non è più collegato"]


def test_check_setup_says_how_accounts_stand(provider: RunningProvider, engine: Engine, content: Path) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)

    def found() -> list[tuple[str, str]]:
        findings = work_checks(engine, settings, clock)
        return [(one.level, one.what) for one in findings if one.check == "account of google"]

    assert found() == []
    provider.tell("user", ends_in=SEVEN_DAYS)
    connect(provider, engine, clock, "google", CALENDAR)
    provider.tell("user", ends_in=None)
    assert found() == [("ok", "connected for calendar")]
    clock.now += 4 * DAY
    ((level, what),) = found()
    assert (level, what[:19]) == ("warning", "its consent ends at")
    provider.tell("revoke")
    accounts_of(settings, engine, clock).renew_early()
    assert found() == [("fault", "google is not connected for calendar (invalid_grant)")]


def test_a_relay_token_that_looking_cannot_renew_is_no_fault(
    provider: RunningProvider, engine: Engine, content: Path
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL="google+https://")
    connect(provider, engine, clock, "google", MAIL)
    clock.now += DAY
    (relay, _) = mail_checks(settings, ContentReloader(content), clock)
    (found,) = relay.look()
    assert (found.level, found.what[:26]) == ("skipped", "google: its token has run ")
    assert "let the endpoint or the worker run" in found.remedy


def test_mail_is_well_once_its_account_is_connected_again(
    provider: RunningProvider, engine: Engine, content: Path
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content, BOOKING_SMTP_URL="google")

    def mail() -> Finding:
        (found,) = (one for one in work_checks(engine, settings, clock) if one.check == "mail")
        return found

    name = login_name(settings.relay)
    assert name
    turns = LoginBackoff(engine, name)
    turns.refused(clock(), AccountNotConnected("none", "google"))
    assert mail().what.startswith("google is not connected for mail: connect it")
    clock.now += timedelta(seconds=10)
    connect(provider, engine, clock, "google", MAIL)
    assert (mail().level, mail().what) == ("ok", "0 wait")
    turns.refused(clock.now + timedelta(seconds=60), AccountNotConnected("none", "google"))
    assert mail().level == "fault"


def test_a_dead_account_keeps_the_monitor_from_being_called(
    provider: RunningProvider, engine: Engine, content: Path
) -> None:
    clock = Clock()
    settings = settings_of(provider, engine, content)
    accounts = connect(provider, engine, clock, "google", CALENDAR)
    die(provider, settings, engine, clock, "google")
    with pytest.raises(TokenDead):
        accounts.token("google", "calendar")

    calendars = CalendarFallback(
        CalendarAddresses(ContentReloader(content), settings.credentials), Sources(engine), clock
    )
    wrong = standstill(settings.relay, Outbox(engine), calendars, clock, accounts)
    told = wrong()
    assert told is not None
    assert "google is not connected for calendar (invalid_grant)" in told
    assert ACCOUNT not in told
