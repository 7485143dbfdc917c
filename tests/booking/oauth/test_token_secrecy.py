"""No token, code or client secret is in the database, a copy of it, a log, a trace, a page or a figure."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from plugins.booking.oauth.access_token import TokenDead, TokenUnavailable
from plugins.booking.oauth.token_cipher import TokenCipher, Unreadable
from plugins.booking.oauth.token_requests import TokenRequests
from plugins.booking.service.services import accounts_of
from tests.booking.agenda.owner import read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.oauth.accounts import KEY, MAIL, REDIRECTS, connect, consents_at, store_of
from tests.booking.oauth.provider import CLIENTS, GOOGLE_SECRET, RunningProvider, code_in
from tests.booking.office import Clock
from tests.building import ROOT
from tests.fork_server import forked


@pytest.fixture
def desk(provider: RunningProvider, content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint whose owner has connected both accounts and is signed in."""
    environment = {
        "BOOKING_SECRET_KEY": KEY,
        "BOOKING_GOOGLE_CLIENT_ID": CLIENTS["google"],
        "BOOKING_GOOGLE_CLIENT_SECRET": GOOGLE_SECRET,
        "BOOKING_GOOGLE_URL": provider.address,
        "BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"],
        "BOOKING_MICROSOFT_URL": provider.address,
    }
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(), **environment) as running:
        connect(provider, running.engine, running.clock, "google")
        connect(provider, running.engine, running.clock, "microsoft")
        sign_in(running)
        yield running


def secrets(desk: Endpoint) -> set[str]:
    """All tokens that are kept, and what else nobody may read."""
    found = {GOOGLE_SECRET, KEY}
    for grant in store_of(desk.engine).all():
        assert grant.secret
        found |= {grant.secret.refresh, *(one.value for one in grant.secret.access.values())}
    assert len(found) >= 7
    return found


def leaks(text: bytes, held: set[str]) -> list[str]:
    """Which of them a text has, in clear or in base64 however it is aligned, a piece of one included."""
    pieces = set()
    for one in held:
        for begun in range(0, len(one) - 15, 8):
            pieces.add(one[begun : begun + 16].encode())
        for n in range(3):
            pieces.add(base64.b64encode(b"x" * n + one.encode())[4:-4])
    return [piece.decode() for piece in pieces if piece in text]


def test_a_leaked_token_would_be_seen(desk: Endpoint) -> None:
    for one in secrets(desk):
        assert leaks(f"said {one[3:]} so".encode(), secrets(desk))
        assert leaks(base64.b64encode(f"user={one}".encode()), secrets(desk))


def test_database_and_copy_hold_nothing_readable_without_the_key(desk: Endpoint, tmp_path: Path) -> None:
    held = secrets(desk)
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    url = desk.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [*forked("plugins.booking"), "backup", str(tmp_path / "copy.db")],
        cwd=ROOT,
        env=own | {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(desk.content)},
        capture_output=True,
        check=True,
    )
    assert leaks(done.stdout + done.stderr, held) == []
    files = [*tmp_path.glob("booking.db*"), tmp_path / "copy.db"]
    assert len(files) >= 2
    for file in files:
        assert leaks(file.read_bytes(), held) == [], file
    assert [grant.secret for grant in store_of(desk.engine, "x" * 32).all()] == [None, None]


def test_what_one_row_keeps_is_read_in_no_other() -> None:
    cipher = TokenCipher(KEY)
    kept = cipher.encrypt(b"token", "one")
    assert cipher.decrypt(kept, "one") == (b"token", False)
    wrong = [(cipher, kept, "other"), (TokenCipher(KEY, purpose="another"), kept, "one"), (cipher, b"", "one")]
    wrong += [(cipher, kept[:-1], "one"), (cipher, b"\x02" + kept[1:], "one"), (TokenCipher(None), kept, "one")]
    for reader, text, name in wrong:
        with pytest.raises(Unreadable):
            reader.decrypt(text, name)


def test_pages_figures_and_health_tell_no_token(desk: Endpoint, provider: RunningProvider) -> None:
    held = secrets(desk)
    provider.tell("revoke")
    accounts = accounts_of(desk.settings, desk.engine, desk.clock)
    accounts.refused("google", "mail", accounts.token("google", "mail"))
    accounts.renew_early()
    for path in ("/agenda/", "/agenda/calendari/", "/health", "/metrics"):
        assert leaks(desk.http.get(path).content, held) == [], path
    form = read(desk, "/agenda/calendari/").form("/agenda/collegamenti/google/collega")
    leaving = form.send(desk.http)
    assert leaks(leaving.content + str(leaving.headers).encode(), held) == []
    for query in ("code=a&state=b", f"code={GOOGLE_SECRET}&state={GOOGLE_SECRET}", "error=access_denied&state=x"):
        answer = desk.http.get(f"/agenda/collegamenti/google/ritorno?{query}")
        assert leaks(answer.content + str(answer.headers).encode(), held) == []


def test_logs_traces_and_reprs_tell_no_token(
    desk: Endpoint, provider: RunningProvider, caplog: pytest.LogCaptureFixture
) -> None:
    held, told = secrets(desk), []
    accounts = accounts_of(desk.settings, desk.engine, desk.clock)
    consents = consents_at(provider, desk.engine, desk.clock, "google")
    pending = consents.begin(MAIL, REDIRECTS["google"])
    query = code_in(provider.consent(pending.address, pending.redirect))
    held |= {pending.state, pending.verifier, query["code"]}
    caplog.set_level(logging.DEBUG)  # from here on, for what a browser does is not ours
    caplog.clear()
    told += [repr(one) for one in (pending, desk.settings, store_of(desk.engine).all(), provider.clients)]
    desk.clock.now += timedelta(hours=1)
    for breaks in (503, 200, "cut", None):
        provider.tell("user", breaks=breaks)
        try:
            accounts.token("microsoft", "mail")
        except (TokenDead, TokenUnavailable) as error:
            told.append("".join(traceback.format_exception(error)))
        desk.clock.now += timedelta(hours=1)
    assert "invalid_grant" in told[-1]
    requests = TokenRequests("google", provider.clients["google"])
    answer = requests.exchange(query["code"], pending.redirect, pending.verifier)
    told.append(repr(answer))
    held |= {answer.access, answer.refresh or ""} | secrets(desk)
    assert leaks("\n".join([*told, caplog.text]).encode(), held) == []
