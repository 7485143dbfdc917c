"""Two processes that refresh at once never lose a token, nor does a database that takes nothing for a while."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, make_url

from plugins.booking.oauth.access_token import TokenUnavailable
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.token_store import LEASE, TokenStore
from plugins.booking.storage.engine import Unavailable, open_engine
from tests.booking.oauth.accounts import accounts_at, connect, store_of
from tests.booking.oauth.provider import CLIENTS, GOOGLE_SECRET, RunningProvider
from tests.booking.office import Clock
from tests.building import ROOT
from tests.soak import soak_count

ROUNDS = soak_count(8, 50)


def refresh_each_hour(url: str, provider: str, start: str, rounds: int) -> None:
    """Be one of the processes: for each line that comes, be an hour later and tell the token."""
    engine, clock = open_engine(make_url(url)), Clock(datetime.fromisoformat(start))
    client = ClientSettings(CLIENTS["google"], GOOGLE_SECRET, base_url=provider)
    accounts = ConnectedAccounts(store_of(engine), {"google": client}, clock)
    for _ in range(rounds):
        sys.stdin.readline()
        clock.now += timedelta(hours=1)
        print(accounts.token("google", "mail"), flush=True)
    engine.dispose()


@pytest.mark.soak
def test_two_processes_refreshing_at_once_lose_no_token(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    before = provider.tell("count")["refreshes"]
    url = engine.url.render_as_string(hide_password=False)
    told = json.dumps([url, provider.address, clock.now.isoformat(), ROUNDS])
    command = [sys.executable, "-m", "tests.booking.oauth.test_two_refreshers", told]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        for _ in range(ROUNDS):
            for one in processes:
                assert one.stdin
                one.stdin.write("\n")
                one.stdin.flush()
            tokens = [one.stdout.readline().strip() for one in processes if one.stdout]
            assert tokens[0] == tokens[1]
            assert provider.accepts(tokens[0])
    finally:
        for one in processes:
            one.communicate(timeout=30)
    # Each hour one of the two has asked, and the other has read what it got.
    assert provider.tell("count")["refreshes"] == before + ROUNDS
    clock.now += timedelta(hours=ROUNDS + 1)
    assert provider.accepts(accounts.token("google", "mail"))


def test_threads_refreshing_at_once_share_one_answer(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "microsoft")
    clock.now += timedelta(hours=1)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(accounts.token("microsoft", "mail"))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert provider.accepts(found[0])


def test_a_process_that_died_in_its_turn_is_waited_for(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += timedelta(hours=1)
    assert accounts.store.lease(accounts.store.all()[0].id, "died", clock.now)
    assert accounts.store.lease(accounts.store.all()[0].id, "other", clock.now) is None
    clock.now += LEASE
    assert provider.accepts(accounts.token("google", "mail"))


def test_a_clock_put_back_does_not_lock_everybody_out(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    assert accounts.store.lease(accounts.store.all()[0].id, "died", clock.now + timedelta(days=300))
    clock.now += timedelta(hours=1)
    assert provider.accepts(accounts.token("google", "mail"))


class FullStore(TokenStore):
    """A store on a disk that is full: what has to be written for good is not taken."""

    full = True

    def renew(self, grant: object) -> bool:
        """Refuse while the disk is full."""
        if self.full:
            raise Unavailable("database or disk is full")
        return super().renew(grant)  # type: ignore[arg-type]


def test_what_a_full_disk_does_not_take_is_not_lost(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    connect(provider, engine, clock, "google")
    kept = store_of(engine)
    store = FullStore(engine, kept._cipher)
    accounts = ConnectedAccounts(store, provider.clients, clock)
    clock.now += timedelta(hours=1)
    token = accounts.token("google", "mail")
    assert provider.accepts(token)
    assert accounts.token("google", "calendar") == token
    assert kept.all()[0].generation == 0
    store.full = False
    assert accounts.token("google", "mail") == token
    assert kept.all()[0].generation == 1
    clock.now += timedelta(hours=1)
    assert provider.accepts(accounts_at(provider, engine, clock).token("google", "mail"))


def test_a_provider_that_hangs_is_not_waited_for_forever(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += timedelta(hours=1)
    provider.tell("user", breaks="hang")
    accounts.deadline = 0.5
    with pytest.raises(TokenUnavailable, match=r"0\.5 seconds"):
        accounts.token("google", "mail")


if __name__ == "__main__":
    refresh_each_hour(*json.loads(sys.argv[1]))
