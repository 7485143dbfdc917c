"""The heartbeat is heard while all is well, and at no other time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, update

from plugins.booking.jobs import heartbeat
from plugins.booking.jobs.heartbeat import Heartbeat, NotHeard, call, worker_seen
from plugins.booking.redaction import secrets_of
from plugins.booking.server import heartbeat_worker
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.schema import outbox
from tests.booking.calendars.server import answering, say
from tests.booking.database import read_only
from tests.booking.endpoint import endpoint
from tests.booking.office import NOW, Clock, write_content
from tests.booking.processes import eventually, serving_forked
from tests.booking.sink import sinking

SECRET = "7d1f0c5e-ping-key-of-hers"


@dataclass
class Monitor:
    """A monitor that counts the calls, and answers as it is told."""

    url: str = ""
    status: int = 200
    calls: list[str] = field(default_factory=list)
    hangs: threading.Event | None = None

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.calls.append(f"{handler.command} {handler.path}")
        if self.hangs:
            self.hangs.wait(30)
        say(handler, self.status, b"OK", Location="/elsewhere")


@contextmanager
def monitoring(**how: object) -> Iterator[Monitor]:
    monitor = Monitor(**how)  # type: ignore[arg-type]
    with answering(monitor.answer) as address:
        monitor.url = address.rpartition("/")[0] + f"/{SECRET}"
        try:
            yield monitor
        finally:
            if monitor.hangs:
                monitor.hangs.set()


def beat(engine: Engine, content: Path, monitor: Monitor, clock: Clock, relay: str = "smtp://127.0.0.1:25") -> None:
    """What the worker does once, with the conditions that the server gives it."""
    environment = {"BOOKING_SMTP_URL": relay, "BOOKING_HEARTBEAT_URL": monitor.url, "BOOKING_CONTENT": str(content)}
    settings = Settings.from_environment(environment)
    heartbeat_worker(settings, engine, ContentReloader(content), clock)._work(lambda: False)


def waiting_mail(engine: Engine, clock: Clock) -> None:
    mail = Envelope("1", "kind", "a@example.org", "b@example.com", "<1@x>", b"Subject: Ciao\r\n\r\nCiao\r\n")
    with engine.begin() as connection:
        enqueue(connection, "about", [mail], clock())


def test_monitor_is_called_once_a_minute_while_all_is_well(engine: Engine, content: Path) -> None:
    clock = Clock()
    with monitoring() as monitor:
        for _ in range(7):
            beat(engine, content, monitor, clock)
            clock.now += timedelta(seconds=20)
    assert monitor.calls == [f"GET /{SECRET}"] * 3
    assert worker_seen(engine) == NOW + timedelta(minutes=2)


def test_of_several_processes_one_calls(engine: Engine, content: Path) -> None:
    others = [open_engine(engine.url) for _ in range(4)]
    with monitoring() as monitor:
        for clock in (Clock(), Clock(NOW + timedelta(minutes=1))):
            threads = [threading.Thread(target=beat, args=(one, content, monitor, clock)) for one in (engine, *others)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(monitor.calls) == 2
    for one in others:
        one.dispose()


def test_a_clock_put_back_does_not_silence_it(engine: Engine, content: Path) -> None:
    with monitoring() as monitor:
        for hours in (2, 0):
            beat(engine, content, monitor, Clock(NOW + timedelta(hours=hours)))
    assert len(monitor.calls) == 2


def test_stuck_mail_silences_it_and_mail_just_queued_does_not(
    engine: Engine, content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    waiting_mail(engine, clock)
    with monitoring() as monitor:
        beat(engine, content, monitor, clock)
        assert len(monitor.calls) == 1
        for minutes in (20, 1, 1):
            clock.now += timedelta(minutes=minutes)
            beat(engine, content, monitor, clock)
        assert len(monitor.calls) == 1
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told[0].startswith("the monitor is not called: mail is late: 1 mails wait")


@pytest.mark.parametrize(("state", "error", "heard"), [("pending", "554 no", False), ("dead", "550 no such box", True)])
def test_refusing_relay_silences_it_and_dead_mail_does_not(
    engine: Engine, content: Path, state: str, error: str, heard: bool
) -> None:
    waiting_mail(engine, Clock())
    with engine.begin() as connection:
        connection.execute(update(outbox).values(state=state, error=error))
    with monitoring() as monitor:
        beat(engine, content, monitor, Clock())
    assert bool(monitor.calls) is heard


def test_without_a_relay_it_is_silent(engine: Engine, content: Path) -> None:
    with monitoring() as monitor:
        beat(engine, content, monitor, Clock(), relay="")
    assert monitor.calls == []


def test_a_calendar_that_cannot_be_trusted_silences_it(engine: Engine, tmp_path: Path) -> None:
    content = write_content(tmp_path / "busy", busy=[{"ics": "http://127.0.0.1:9/private.ics"}])
    with monitoring() as monitor:
        beat(engine, content, monitor, Clock())
    assert monitor.calls == []
    assert worker_seen(engine) == NOW


def test_a_database_that_takes_no_write_silences_it(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as desk, monitoring() as monitor, read_only(desk.engine):
        with pytest.raises(Unavailable):
            beat(desk.engine, content, monitor, Clock())
        assert monitor.calls == []


def test_refusals_are_told_once_and_never_with_the_address(
    engine: Engine, content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    caplog.set_level(logging.WARNING)
    with monitoring(status=404) as monitor:
        beating = Heartbeat(engine, lambda: None, monitor.url, clock)
        for _ in range(3):
            beating.beat()
            clock.now += timedelta(minutes=1)
    assert len(monitor.calls) == 3
    told = [record.getMessage() for record in caplog.records if record.name == heartbeat.__name__]
    assert told == ["the monitor at BOOKING_HEARTBEAT_URL did not take a call: it answers 404"]
    assert SECRET not in caplog.text


def test_redirects_are_not_followed() -> None:
    with monitoring(status=302) as monitor, pytest.raises(NotHeard, match=r"^it answers 302$"):
        call(monitor.url)
    assert len(monitor.calls) == 1


def test_monitors_that_hang_or_are_gone_are_given_up() -> None:
    with monitoring(hangs=threading.Event()) as monitor:
        began = time.monotonic()
        with pytest.raises(NotHeard, match=r"^no answer within 0\.3 seconds$"):
            call(monitor.url, 0.3)
        assert time.monotonic() - began < 10
    with pytest.raises(NotHeard) as gone:
        call(f"http://127.0.0.1:9/{SECRET}")
    assert SECRET not in str(gone.value)


@pytest.mark.some_cases(0)
def test_mail_goes_out_while_the_monitor_hangs(content: Path, tmp_path: Path) -> None:
    with monitoring(hangs=threading.Event()) as monitor, sinking() as sink:
        with serving_forked(
            BOOKING_DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
            BOOKING_CONTENT=str(content),
            BOOKING_SMTP_URL=f"smtp://127.0.0.1:{sink.relay.port}",
            BOOKING_HEARTBEAT_URL=monitor.url,
        ) as process:
            eventually(lambda: bool(monitor.calls))
            engine = open_engine(make_url(f"sqlite:///{tmp_path}/x.db"))
            waiting_mail(engine, Clock(NOW.replace(year=2020)))
            eventually(lambda: bool(sink.taken))
            engine.dispose()
        assert SECRET not in process.said()


def test_the_address_is_kept_out_of_what_is_shown() -> None:
    url = f"https://monitor.example/ping/{SECRET}?key=0123456789"
    settings = Settings.from_environment({"BOOKING_HEARTBEAT_URL": url})
    assert SECRET not in repr(settings)
    assert {SECRET, "0123456789", url} <= set(secrets_of({"BOOKING_HEARTBEAT_URL": url}))
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"BOOKING_HEARTBEAT_URL": f"ping/{SECRET}"})
    assert SECRET not in str(wrong.value)


def test_health_and_metrics_tell_when_a_worker_was_seen(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as desk:
        assert desk.http.get("/health").json()["worker"] == {"last_seen": None}
        assert "worker_silent" not in desk.http.get("/metrics").text
        Heartbeat(desk.engine, lambda: None, None, desk.clock).beat()
        desk.clock.now += timedelta(seconds=90)
        assert desk.http.get("/health").json()["worker"] == {"last_seen": NOW.isoformat()}
        assert "\nmaglia_worker_silent_seconds 90\n" in desk.http.get("/metrics").text
