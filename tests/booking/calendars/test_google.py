"""A Google calendar over CalDAV: what is asked for, written and told, against a stand-in with its documented ways."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from plugins.booking.agenda.account_calendars import list_account_calendars, run_calendars
from plugins.booking.calendars.client.calendar_error import Reason, read_stored
from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.calendars.sources import Sources, key_of
from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import read as read_page
from tests.booking.agenda.owner import sign_in
from tests.booking.calendars.edits import moved, property_of, with_lines, with_value
from tests.booking.calendars.google import ACCOUNT, TOKEN, GoogleCalDav, gdata, google_calendar
from tests.booking.calendars.radicale import Radicale
from tests.booking.calendars.test_radicale import DENTIST
from tests.booking.calendars.wiring import Wired, wired_by
from tests.booking.office import FREE, Clock, asked

LATER = "2027-01-13T11:00:00+01:00"
KEY = key_of("google:primary")


@dataclass
class Accounts:
    """A connected account whose token a test decides on."""

    current: str = TOKEN
    next: str | None = None  # what a refused token is replaced by
    dead: str | None = None
    is_out: bool = False
    address: str = ACCOUNT
    refusals: list[str] = field(default_factory=list)

    def token(self, provider: Provider, use: Use) -> str:
        if self.is_out:
            raise TokenUnavailable("too much")
        if self.dead:
            raise TokenDead(provider, use, self.dead)
        return self.current

    def refused(self, provider: Provider, use: Use, token: str) -> None:
        self.refusals.append(token)
        self.current = self.next or self.current
        self.dead = None if self.next else "invalid_grant"

    def account(self, provider: Provider, use: Use) -> str:
        return self.address


@dataclass
class Connected:
    """The endpoint, the calendar at Google, and the account."""

    wired: Wired
    google: GoogleCalDav
    accounts: Accounts

    def reason(self) -> Reason | None:
        """Why it did not answer last."""
        error = Sources(self.wired.desk.engine).states()[KEY].error
        found = read_stored(error) if error else None
        return found[0] if found else None

    def entry(self, booking: str) -> str:
        """The text of a booking's entry there."""
        (found,) = [text for name, text in self.google.texts().items() if name.startswith(booking)]
        return found

    def heard(self, ask: Callable[[], object]) -> list[tuple[str, str]]:
        """What Google hears while something is done."""
        before = len(self.google.heard)
        ask()
        return [(one.method, one.about) for one in self.google.heard[before:]]


@contextmanager
def connected(radicale: Radicale, database_url: str, folder: Path) -> Iterator[Connected]:
    accounts, own = Accounts(), {"google": "primary"}
    with google_calendar(radicale) as google:
        environment = {"BOOKING_GOOGLE_CLIENT_ID": "prova", "BOOKING_GOOGLE_URL": google.base}
        rules = {"busy": [own], "calendar": own}
        with wired_by(rules, database_url, folder, accounts=lambda _: accounts, environment=environment) as wired:
            yield Connected(wired, google, accounts)


@pytest.fixture
def here(radicale: Radicale, database_url: str, tmp_path: Path) -> Iterator[Connected]:
    """A calendar that keeps time and takes bookings, read once."""
    with connected(radicale, database_url, tmp_path) as one:
        assert one.wired.work.do() == 1
        yield one


def test_busy_time_is_read_and_a_booking_written_moved_removed(here: Connected) -> None:
    here.google.put("dentista@altrove.example", DENTIST)
    assert FREE in here.wired.starts()
    assert here.wired.later() == 1
    assert FREE not in here.wired.starts()
    booking = here.wired.book(LATER)
    assert here.wired.work.do() == 1
    assert property_of(here.entry(booking), "DTSTART") == "20270113T100000Z"
    here.wired.staff.changes.reschedule(booking, datetime(2027, 1, 14, 9, tzinfo=UTC), Actor.OWNER, any_notice=True)
    assert here.wired.work.do() == 1
    assert property_of(here.entry(booking), "DTSTART") == "20270114T090000Z"
    here.wired.staff.changes.cancel(booking, Actor.OWNER)
    assert here.wired.work.do() == 1
    assert list(here.google.texts()) == ["dentista@altrove.example.ics"]


LUNCH = DENTIST.replace("T10", "T13").replace("T11", "T14")


def test_an_unchanged_calendar_costs_one_small_request(here: Connected) -> None:
    for number in range(12):
        here.google.put(f"{number}@altrove.example", DENTIST.replace("dentista@", f"{number}@"))
    here.wired.later()
    assert here.heard(here.wired.later) == [("REPORT", "sync-collection")]
    last = here.google.heard[-1]
    assert last.sent + last.answered < 600


def test_of_many_events_the_changed_are_fetched_alone(here: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.booking.calendars.client.collection_sync._AT_ONCE", 5)
    here.google.put("dentista@altrove.example", DENTIST)
    for number in range(7):
        here.google.put(f"{number}@altrove.example", LUNCH.replace("dentista@", f"{number}@"))
    assert here.heard(here.wired.later) == [
        ("REPORT", "sync-collection"), ("REPORT", "calendar-multiget"), ("REPORT", "calendar-multiget"),
    ]  # fmt: skip
    assert FREE not in here.wired.starts()
    here.google.behind.delete("dentista@altrove.example")
    here.google.put("altro@altrove.example", LUNCH.replace("dentista@", "altro@"))
    assert here.heard(here.wired.later) == [("REPORT", "sync-collection"), ("REPORT", "calendar-multiget")]
    assert FREE in here.wired.starts()
    here.wired.desk.clock.now += timedelta(days=1)
    assert here.heard(here.wired.work.do) == [("PROPFIND", "propfind"), ("REPORT", "calendar-query")]


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("status", [400, 403, 409, 410, 412])
def test_a_token_no_longer_valid_has_all_read_again(here: Connected, status: int) -> None:
    here.google.put("dentista@altrove.example", DENTIST)
    here.google.forgets_tokens = status
    assert here.heard(here.wired.later) == [
        ("REPORT", "sync-collection"), ("PROPFIND", "propfind"), ("REPORT", "calendar-query"),
    ]  # fmt: skip
    assert FREE not in here.wired.starts()
    assert here.reason() is None


def test_a_refused_token_is_replaced_once(here: Connected) -> None:
    here.google.accepts = lambda token: token == "nuovo"
    here.accounts.next = "nuovo"
    assert here.heard(here.wired.later) == [("REPORT", "sync-collection")] * 2
    assert here.accounts.refusals == [TOKEN]
    here.google.accepts, here.accounts.current, here.accounts.next = (lambda token: False), "altro", "terzo"
    assert len(here.heard(here.wired.later)) == 2  # and not for ever
    assert here.reason() is Reason.NOT_CONNECTED


def test_a_dead_token_is_told_and_a_connection_catches_up(here: Connected) -> None:
    here.google.accepts = lambda token: token == "nuovo"
    here.wired.later()
    assert here.reason() is Reason.NOT_CONNECTED
    booking = here.wired.book()
    here.google.put("dentista@altrove.example", DENTIST.replace("T10", "T15").replace("T11", "T16"))
    assert here.heard(lambda: here.wired.later(1)) == []  # nothing is asked without a token
    sign_in(here.wired.desk)
    words = read_page(here.wired.desk, "/agenda/calendari/").words
    assert words.count("collegalo") == 2  # the calendar, and the booking that is not in it
    assert "Riprova adesso" not in words  # connecting mends it, and nothing else
    here.wired.desk.clock.now += timedelta(hours=3)
    here.wired.work.do()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plugins.booking.calendars.fallback._LOOK_EVERY_SECONDS", 0.0)
        assert here.wired.desk.http.get("/api/meetings").json()[0]["confirmation"] == "manual"
        here.accounts.dead, here.accounts.current = None, "nuovo"
        here.wired.later(1)
        here.wired.later(0)
        assert here.wired.desk.http.get("/api/meetings").json()[0]["confirmation"] == "automatic"
    assert here.reason() is None
    assert here.entry(booking)
    assert "2027-01-12T15:30:00+01:00" not in here.wired.starts()


def test_no_token_for_now_is_no_death(here: Connected) -> None:
    here.accounts.is_out = True
    here.wired.later()
    assert here.reason() is Reason.NO_TOKEN_NOW
    here.accounts.is_out = False
    assert here.wired.later() == 1
    assert here.reason() is None


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((429, b"", {"Retry-After": "3600"}), Reason.BUSY_SERVER),
        ((503, b"", {"Retry-After": "3600"}), Reason.SERVER_ERROR),
        ((403, gdata("userRateLimitExceeded", "Rate Limit Exceeded"), {"Retry-After": "3600"}), Reason.BUSY_SERVER),
        ((403, gdata("quotaExceeded", "Calendar usage limits exceeded."), {"Retry-After": "3600"}), Reason.BUSY_SERVER),
    ],
)
def test_a_told_wait_is_kept_by_reads_and_writes(
    here: Connected, refusal: tuple[int, bytes, dict[str, str]], reason: Reason
) -> None:
    here.google.refusals = [refusal]
    here.wired.later()
    assert here.reason() is reason
    booking = here.wired.book()
    assert here.heard(lambda: [here.wired.later(11) for _ in range(5)]) == []
    here.wired.later()
    here.wired.later(1)
    assert here.entry(booking)
    assert here.reason() is None


def test_a_wait_told_in_a_wrong_year_is_over(here: Connected) -> None:
    clock, ahead = here.wired.desk.clock, timedelta(days=365)
    clock.now += ahead
    here.google.refusals = [(429, b"", {"Retry-After": "3600"})]
    here.wired.later()
    clock.now -= ahead
    assert here.heard(here.wired.later)
    assert here.reason() is None


def test_a_write_put_off_in_a_wrong_year_is_due(here: Connected) -> None:
    clock, ahead = here.wired.desk.clock, timedelta(days=2)
    booking = here.wired.book(LATER)
    clock.now += ahead
    here.google.refusals = [(429, b"", {"Retry-After": "21600"})]
    here.wired.later()
    clock.now -= ahead
    here.wired.later()
    assert here.entry(booking)


def test_a_write_told_to_wait_keeps_others_from_asking(here: Connected) -> None:
    first, second = here.wired.book(), here.wired.book(LATER)
    here.google.refusals = [(429, b"", {"Retry-After": "900"})]
    assert here.heard(here.wired.work.do) == [("PUT", "")]
    assert here.heard(lambda: here.wired.later(14)) == []
    here.wired.later(1)
    here.wired.work.do()
    assert here.entry(first)
    assert here.entry(second)


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (gdata("accessNotConfigured", "CalDAV API has not been used in project 1 before"), {}, Reason.SWITCHED_OFF),
        (gdata("insufficientPermissions", "Insufficient Permission"), {}, Reason.NO_SCOPE),
        (b"", {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}, Reason.NO_SCOPE),
    ],
)
def test_a_missing_right_is_told_as_what_it_is(
    here: Connected, body: bytes, headers: dict[str, str], reason: Reason
) -> None:
    # The sync-token is not to blame: nothing else is asked.
    here.google.refusals = [(403, body, headers)]
    assert here.heard(here.wired.later) == [("REPORT", "sync-collection")]
    assert here.reason() is reason
    here.wired.book()
    here.google.refusals = [(403, body, headers)]
    here.wired.work.do()
    sign_in(here.wired.desk)
    assert "scriverci" not in read_page(here.wired.desk, "/agenda/calendari/").words  # not of the calendar's rights


def test_what_is_moved_or_deleted_there_is_noticed(here: Connected) -> None:
    gone, later = here.wired.book(), here.wired.book(LATER)
    here.wired.work.do()
    name = next(one for one in here.google.texts() if one.startswith(later))
    start = datetime(2027, 1, 13, 14, tzinfo=UTC)
    here.google.put(name.removesuffix(".ics"), moved(here.entry(later), start, start + timedelta(minutes=30)))
    here.google.behind.delete(next(one for one in here.google.texts() if one.startswith(gone)).removesuffix(".ics"))
    here.wired.later()
    assert here.heard(here.wired.later) == [("REPORT", "sync-collection"), ("GET", "")]  # and never the whole of it
    assert {one.booking.id: (one.kind, one.start) for one in here.wired.differences.all()} == {
        gone: (Kind.DELETED, None),
        later: (Kind.MOVED, start),
    }


def test_a_deleted_entry_comes_back_newer_than_it_was(here: Connected) -> None:
    booking = here.wired.book()
    here.wired.work.do()
    uid = next(iter(here.google.texts())).removesuffix(".ics")
    here.google.behind.delete(uid)
    here.google.deleted[uid] = 9  # deletion raised it
    here.wired.later()
    assert here.wired.differences.write_again(booking)
    here.wired.later()
    assert int(property_of(here.entry(booking), "SEQUENCE") or 0) > 9
    assert here.wired.differences.all() == ()


def test_another_account_gets_the_bookings_and_deletes_none(here: Connected) -> None:
    booking = here.wired.book()
    here.wired.work.do()
    here.accounts.dead = "invalid_grant"
    here.wired.later()
    here.google.behind.empty()
    here.google.account = here.accounts.address = "altra@example.it"
    here.accounts.dead = None
    here.wired.later(1)
    assert here.wired.differences.all() == ()
    here.wired.later(1)
    assert here.entry(booking)
    here.wired.later()
    assert here.wired.differences.all() == ()


def test_words_that_google_rewrites_are_not_hers(here: Connected) -> None:
    booking = here.wired.book()
    here.wired.work.do()
    before = property_of(here.entry(booking), "DESCRIPTION") or ""
    assert "Si vede in Google" in before
    here.wired.staff.changes.reschedule(booking, datetime.fromisoformat(LATER), Actor.OWNER, any_notice=True)
    here.wired.work.do()
    after = property_of(here.entry(booking), "DESCRIPTION") or ""
    assert after != before
    assert (after.count("Si vede in Google"), "12 gennaio" in after) == (1, False)


def test_words_that_she_adds_there_stay(here: Connected) -> None:
    booking = here.wired.book()
    here.wired.work.do()
    uid = next(iter(here.google.texts())).removesuffix(".ics")
    hers = with_lines(with_value(here.entry(booking), "SUMMARY", "Da preparare bene"), "COLOR:tomato\n")
    here.google.put(uid, hers)
    here.wired.later()
    here.wired.staff.changes.reschedule(booking, datetime.fromisoformat(LATER), Actor.OWNER, any_notice=True)
    here.wired.work.do()
    text = here.entry(booking)
    assert (property_of(text, "SUMMARY"), property_of(text, "COLOR")) == ("Da preparare bene", "tomato")
    assert property_of(text, "DTSTART") == "20270113T100000Z"


def test_the_page_of_calendars_names_it_plainly(here: Connected) -> None:
    sign_in(here.wired.desk)
    words = read_page(here.wired.desk, "/agenda/calendari/").words
    assert "Google, il calendario principale" in words


def test_calendars_of_the_account_are_listed_to_paste(
    here: Connected, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = here.wired.desk
    monkeypatch.setattr("plugins.booking.agenda.account_calendars.accounts_of", lambda *_: here.accounts)
    assert list_account_calendars("google", desk.settings, desk.engine, desk.clock) == 0
    printed = capsys.readouterr().out
    found = yaml.safe_load("\n".join(one for one in printed.splitlines() if one.startswith(("busy:", "  - {", "cal"))))
    assert found == {"busy": [{"google": ACCOUNT}], "calendar": {"google": ACCOUNT}}
    here.google.refusals = [(404, b"", {})] * 3
    assert list_account_calendars("google", desk.settings, desk.engine, desk.clock) == 0
    assert 'calendar: {google: "primary"}' in capsys.readouterr().out
    here.accounts.dead, here.google.accepts = "invalid_grant", lambda token: False
    assert list_account_calendars("google", desk.settings, desk.engine, desk.clock) == 1
    assert "collegalo" in capsys.readouterr().err


def test_calendars_are_asked_for_before_the_first_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {
        "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/new.db",
        "BOOKING_GOOGLE_CLIENT_ID": "g1",
        "BOOKING_SECRET_KEY": "una-chiave-di-prova-lunga-abbastanza",
    }
    assert run_calendars(argparse.Namespace(address="google", login=None), environment, Clock()) == 1
    assert "collegalo con `python -m plugins.booking connect google`" in capsys.readouterr().err


def test_a_booking_waits_while_the_server_is_asked_too_often(here: Connected) -> None:
    # Each wait is drawn up to its ceiling: by chance alone all may be short.
    random.seed(1)
    here.google.refusals = [(429, b"", {})] * 50
    here.wired.later()
    assert here.wired.desk.http.post("/api/bookings", json=asked()).status_code == 201
    assert len(here.heard(lambda: [here.wired.later(1) for _ in range(10)])) <= 10
