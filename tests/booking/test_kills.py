"""Endpoints that are killed at any moment, under load, with a relay that comes and goes: what was promised is kept."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from typing import Literal
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import Engine, make_url, select

from plugins.booking.mail.delivery import Delivery, Sender
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Kind
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import bookings, messages, outbox
from tests.booking.account_tokens import AccountTokens, keep_account
from tests.booking.https_sink import KEY, HttpsSink, https_sinking
from tests.booking.office import asked, write_content
from tests.booking.processes import ROOT, Process, free_starts
from tests.booking.sink import Mood, Sink, sinking
from tests.soak import soak_count

# An SMTP relay that is logged in at with the access token of a connected account.
Tokens = Literal["tokens"]

KILLS = soak_count(3, 200)
ENDPOINTS = 2
CLIENTS = soak_count(4, 6)
_PATIENCE_SECONDS = 1800
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Town:
    """The endpoints that answer at present, and what they have promised to those who asked."""

    def __init__(self, variables: dict[str, str], chance: Random) -> None:
        self.variables = variables
        self.chance = chance
        self.addresses: dict[int, str] = {}
        self.kills, self.most_kills = 0, KILLS
        self.ended = threading.Event()
        self.promised: dict[str, str] = {}  # the key of an attempt, and what it was answered
        self.uncertain = 0  # posts that were sent and left without an answer
        self.lock = threading.Lock()

    def kill_endpoints(self, number: int) -> None:
        """Start an endpoint, kill it, start it again: until enough have been killed."""
        while not self.ended.is_set():
            if self.chance.random() < 0.2:
                self._kill_at_the_start()
                continue
            process = Process(self.variables)
            self.addresses[number] = process.address
            self.ended.wait(self.chance.uniform(0, 3))
            process.kill()
            # Its port may be somebody else's at once.
            self.addresses.pop(number, None)
            self._killed()

    def _kill_at_the_start(self) -> None:
        starting = subprocess.Popen(
            [sys.executable, "-m", "plugins.booking", "serve", "--port", "0"],
            cwd=ROOT,
            env=self.variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(self.chance.uniform(0.2, 2.5))
        starting.kill()
        starting.wait()
        self._killed()

    def _killed(self) -> None:
        with self.lock:
            self.kills += 1
            if self.kills >= self.most_kills:
                self.ended.set()

    def ask(self, number: int, starts: Iterator[str]) -> None:
        """Book and write messages, by form and by API, each until it is answered."""
        attempt = 0
        while not self.ended.is_set():
            attempt += 1
            key = f"{number}-{attempt}"
            email = f"ada{key}@example.com"
            fields = {"name": "Ada", "email": email, "message": f"Ciao da {key}"}
            match attempt % 4:
                case 0:
                    self._until_answered(key, "/messaggi/", urlencode(fields | {"idempotency_key": key}), FORM)
                case 1:
                    self._until_answered(key, "/api/messages", json.dumps(fields), JSON)
                case 2:
                    wanted = asked(start=next(starts), email=email)
                    self._until_answered(key, "/api/bookings", json.dumps(wanted), JSON)
                case _:
                    wanted = asked(start=next(starts), email=email, idempotency_key=key)
                    self._until_answered(key, "/appuntamenti/", urlencode(wanted), FORM)

    def _until_answered(self, key: str, path: str, body: str, kind: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._post(key, path, body, kind)
            if answer is None or answer[0] == 503:
                time.sleep(0.05)
                continue
            status, said = answer
            assert status in {200, 201, 303, 409}, (status, said)
            if status != 409:
                with self.lock:
                    self.promised[key] = said
            return
        raise TimeoutError(f"{path} was never answered")

    def _post(self, key: str, path: str, body: str, kind: str) -> tuple[int, str] | None:
        address = self.chance.choice(list(self.addresses.values()) or ["http://127.0.0.1:1"])
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        try:
            connection.connect()
        except OSError:
            return None
        try:
            connection.request("POST", path, body, {"Content-Type": kind, "Idempotency-Key": key})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("location") or answer.read().decode()
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.uncertain += 1
            return None
        finally:
            connection.close()


@contextmanager
def flapping(sink: Sink | HttpsSink, chance: Random) -> Iterator[None]:
    """Let the relay refuse, drop, dawdle and go away while the block lasts."""
    later = "451" if isinstance(sink, Sink) else "503"
    moods: list[Mood] = ["take", "take", "take", 0.05, 0.3, later, "drop"]
    if isinstance(sink, HttpsSink):
        moods += ["keep", "cut", "401"]
    ended = threading.Event()

    def flap() -> None:
        while not ended.wait(chance.uniform(0.2, 1.5)):
            sink.absent = not sink.absent

    sink.mood = lambda recipient: chance.choice(moods)
    sink.at_recipient = lambda recipient: chance.choice(["", "", "", later[:-1] + "0"])
    if isinstance(sink, Sink):
        # The token is refused, which has it refreshed, or nobody can look it up at the moment; seldom, for whoever is
        # refused twice pauses for minutes, and no mail would be under way when its process is killed.
        sink.at_login = lambda: chance.choice([*[""] * 38, "535", "454"])
    thread = threading.Thread(target=flap)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        sink.absent, sink.mood, sink.at_recipient = False, (lambda recipient: "take"), (lambda recipient: "")
        if isinstance(sink, Sink):
            sink.at_login = lambda: ""


def deliver_the_rest(engine: Engine, sender: Sender) -> None:
    """Send what is left, on a clock that goes faster, by two days: a mail about a time that has passed lapses."""
    clock = [datetime.now(UTC)]
    last = Delivery(Outbox(engine), sender, lambda: clock[0])
    for _ in range(12):
        clock[0] += timedelta(hours=4)
        last.deliver_due()


@contextmanager
def relay_of_kind(kind: Kind | Tokens, url: str) -> Iterator[tuple[Sink | HttpsSink, dict[str, str], Sender]]:
    """A relay, the variables of endpoints on a database that it is theirs by, and what sends the rest."""
    if kind == "smtp":
        with sinking() as sink:
            yield sink, {"BOOKING_SMTP_URL": sink.url}, SmtpSender(sink.relay, "localhost")
        return
    with https_sinking() as posted:
        if kind != "post":
            engine = open_engine(make_url(url))
            migrate(engine)
            keep_account(engine, KEY, "microsoft" if kind == "graph" else "google", posted.token, datetime.now(UTC))
            engine.dispose()
        if kind != "tokens":
            yield posted, posted.variables(kind), posted.sender(kind)
            return
        with sinking(token=posted.token) as sink:
            # The provider, which refreshes the token, and the relay, which wants it.
            variables = posted.variables("gmail") | {"BOOKING_SMTP_URL": f"{sink.url}?token=google"}
            relay, account = replace(sink.relay, token="google"), AccountTokens(posted.token)
            yield sink, variables, SmtpSender(relay, "localhost", tokens=account)


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize("kind", ["smtp", "gmail", "graph", "post", "tokens"][: soak_count(2, 5)])
def test_whoever_is_killed_whenever_keeps_every_promise(tmp_path: Path, kind: Kind | Tokens) -> None:
    hours = {day: ["07:00-21:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    fast = {"minutes": 15, "step": 15}
    content = write_content(tmp_path / "office", talk=fast, hours=hours, notice="7d", horizon="90d")
    url = f"sqlite:///{tmp_path}/booking.db"
    chance = Random(KILLS)
    with relay_of_kind(kind, url) as (sink, relay, sender):
        variables = {
            "BOOKING_DATABASE_URL": url,
            "BOOKING_CONTENT": str(content),
            "BOOKING_RATE_LIMIT": "off",
            "BOOKING_SITE_URL": "http://127.0.0.1:8000",
            **relay,
        }
        first = Process(variables)
        starts = free_starts(first.address)
        first.stop()
        town = Town(variables, chance)
        # Each time is wished for twice, by whoever comes, and again where kills take longer than that.
        wishes = [start for start in starts for _ in range(2)]
        chance.shuffle(wishes)
        shared = locked(cycle(wishes))
        errors: list[BaseException] = []
        threads = [
            *(thread_of(errors, town.kill_endpoints, number) for number in range(ENDPOINTS)),
            *(thread_of(errors, town.ask, number, shared) for number in range(CLIENTS)),
        ]
        with flapping(sink, chance):
            for thread in threads:
                thread.start()
            town.ended.wait()
            threads[0].join()
            threads[1].join()
            # Whoever asked and was not answered asks again: of an endpoint that nobody kills.
            last = Process(variables)
            town.addresses = {0: last.address}
            for thread in threads:
                thread.join()
            last.kill()
        assert not errors, errors
        engine = open_engine(make_url(url))
        deliver_the_rest(engine, sender)
        check(engine, town, sink)
        engine.dispose()
    twice = sum(Counter(sink.ids()).values()) - len(set(sink.ids()))
    print(
        f"{town.kills} kills, {len(town.promised)} promises, {town.uncertain} posts left without an answer, "
        f"{sink.begun} mails begun, {sink.cut} cut, {twice} mails that came twice"
    )
    if KILLS > 50 and isinstance(sink, Sink):
        assert sink.cut > 0


def check(engine: Engine, town: Town, sink: Sink | HttpsSink) -> None:
    """What was promised is there, once, and all of its mails have come."""
    with engine.begin() as connection:
        rows = connection.execute(select(bookings)).all()
        words = connection.execute(select(messages)).all()
        mails = connection.execute(select(outbox)).all()
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert sound == ["ok"]
    # By its address each attempt is known: none has had two effects, and none was promised without one.
    kept = Counter(row.email.removeprefix("ada").partition("@")[0] for row in [*rows, *words])
    assert set(kept.values()) <= {1}
    assert set(kept) == set(town.promised)
    for row in [*rows, *words]:
        promise = town.promised[row.email.removeprefix("ada").partition("@")[0]]
        assert promise.startswith("/") or json.loads(promise)["id"] == row.id
    held = sorted((row.busy_from, row.busy_until) for row in rows)
    assert all(before[1] <= after[0] for before, after in pairwise(held))
    about = Counter(mail.about for mail in mails)
    assert about == {row.id: 2 for row in rows} | {row.id: 1 for row in words}
    assert {mail.state for mail in mails} == {"sent"}
    arrived = Counter(sink.ids())
    assert set(arrived) == {mail.message_id for mail in mails}
    twice = sum(arrived.values()) - len(arrived)
    if isinstance(sink, Sink):
        assert twice <= sink.cut
    else:
        # Whoever hears the answer may be killed before it is noted: a mail of each lane, at most, each time.
        assert twice <= sink.kept + 2 * town.kills


def thread_of(errors: list[BaseException], work: object, *arguments: object) -> threading.Thread:
    def run() -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except BaseException as error:
            errors.append(error)

    return threading.Thread(target=run, daemon=True)


def locked(starts: Iterator[str]) -> Iterator[str]:
    """An iterator that many threads may share."""
    lock = threading.Lock()

    class Shared(Iterator[str]):
        def __next__(self) -> str:
            with lock:
                return next(starts)

    return Shared()
