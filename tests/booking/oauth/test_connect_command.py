"""An account is connected and disconnected from a terminal, on a desktop and on a server."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from sqlalchemy import Engine, make_url

from plugins.booking.connect_command import by_resource, missing, plain_uses
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.account_words import why_not_connected
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.device_code import connect_by_code
from plugins.booking.oauth.loopback import listen_on_loopback, query_of, wait_for_return
from plugins.booking.oauth.operator_words import BY_ADMINISTRATOR, CLIENT_FAULTS, why_failed
from plugins.booking.oauth.token_store import Grant
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import open_engine
from tests.booking.migrated import lay_out
from tests.booking.oauth.accounts import BOTH, KEY, MAIL, connect, consents_at, store_of
from tests.booking.oauth.provider import ACCOUNT, CLIENTS, GOOGLE_SECRET, RunningProvider
from tests.booking.office import Clock
from tests.building import CONTENT, ROOT
from tests.fork_server import forked


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database with the present schema."""
    address = f"sqlite:///{tmp_path}/booking.db"
    lay_out(make_url(address))
    return address


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """What the tests look into it with."""
    opened = open_engine(make_url(database))
    yield opened
    opened.dispose()


def started(provider: RunningProvider, database: str, *command: str, **environment: str) -> subprocess.Popen[str]:
    own = {
        "BOOKING_CONTENT": str(CONTENT),
        "BOOKING_DATABASE_URL": database,
        "BOOKING_SECRET_KEY": KEY,
        "BOOKING_GOOGLE_CLIENT_ID": CLIENTS["google"],
        "BOOKING_GOOGLE_CLIENT_SECRET": GOOGLE_SECRET,
        "BOOKING_GOOGLE_URL": provider.address,
        "BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"],
        "BOOKING_MICROSOFT_URL": provider.address,
    }
    return subprocess.Popen(
        [*forked("plugins.booking"), *command],
        cwd=ROOT,
        env={name: value for name, value in (own | environment).items() if value},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked_address(process: subprocess.Popen[str]) -> str:
    """The address that the command prints, which the owner opens."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("http"):
            return line.strip()
    raise AssertionError(process.stderr.read() if process.stderr else "")


def asked_code(process: subprocess.Popen[str]) -> str | None:
    """The code that the command prints next, which the owner types elsewhere."""
    assert process.stdout
    for line in process.stdout:
        if code := re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", line):
            return code[0]
    return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def kept(engine: Engine) -> list[tuple[str, list[str], str]]:
    return [(one.provider, sorted(one.uses), one.account) for one in store_of(engine).all()]


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_on_a_desktop_the_browser_comes_back_by_itself(
    provider: RunningProvider, database: str, engine: Engine, name: str
) -> None:
    port = free_port()
    with started(provider, database, "connect", name, f"--port={port}", BOOKING_SMTP_URL=name) as process:
        back = provider.consent(
            asked_address(process), f"http://{'127.0.0.1' if name == 'google' else 'localhost'}:{port}"
        )
        shown = httpx.get(back.replace("localhost", "127.0.0.1"), trust_env=False)
        out, err = process.communicate(timeout=30)
    assert "Collegato" in shown.text
    assert (process.returncode, err) == (0, "")
    assert f"Connected: {ACCOUNT} (calendar and mail)." in out
    assert "None of its calendars is in availability.yaml yet" in out
    assert f"calendars {name}` prints the lines" in out
    assert kept(engine) == [(name, ["calendar", "mail"], ACCOUNT)]


def test_on_a_server_the_address_is_pasted(provider: RunningProvider, database: str, engine: Engine) -> None:
    with started(provider, database, "connect", "google", "--calendar", "--paste") as process:
        back = provider.consent(asked_address(process), "http://127.0.0.1:8737/")
        out, err = process.communicate(f"\nsomething else\n{back}\n", timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "Paste it once more" in out
    assert kept(engine) == [("google", ["calendar"], ACCOUNT)]
    with started(provider, database, "disconnect", "google") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out.strip(), err) == (0, "Disconnected, and the consent is taken back.", "")
    assert kept(engine) == []
    with started(provider, database, "disconnect", "google") as process:
        assert "Nothing is connected" in process.communicate(timeout=30)[1]
    assert process.returncode == 1


def test_an_account_is_forgotten_without_a_client_id(provider: RunningProvider, database: str, engine: Engine) -> None:
    with started(provider, database, "connect", "google", "--calendar", "--paste") as process:
        process.communicate(f"{provider.consent(asked_address(process), 'http://127.0.0.1:8737/')}\n", timeout=30)
    without = {f"BOOKING_GOOGLE_{one}": "" for one in ("CLIENT_ID", "CLIENT_SECRET", "URL")}
    for code, said in ((0, "https://myaccount.google.com/connections"), (1, "Nothing is connected.")):
        with started(provider, database, "disconnect", "google", **without) as process:
            out, err = process.communicate(timeout=30)
        assert process.returncode == code
        assert said in out + err
        assert kept(engine) == []


@pytest.mark.parametrize("how", ["--paste", "--device"])
def test_who_gives_up_is_told_that_nothing_was_connected(provider: RunningProvider, database: str, how: str) -> None:
    name = "google" if how == "--paste" else "microsoft"
    with started(provider, database, "connect", name, how) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)  # before its input ends, which says something else
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "nothing was connected\n")


@pytest.mark.some_cases(0)
def test_on_a_server_codes_are_typed_for_microsoft(provider: RunningProvider, database: str, engine: Engine) -> None:
    with started(provider, database, "connect", "microsoft", "--device", BOOKING_IMAP_URL="microsoft") as process:
        assert process.stdout
        for _ in range(2):
            provider.tell("device", user_code=asked_code(process), does="consent")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert f"Connected: {ACCOUNT} (mail)." in out
    # One access token is for one resource, and so is a code.
    assert sorted(uses for _, uses, _ in kept(engine)) == [["calendar"], ["mail"]]
    with started(provider, database, "disconnect", "microsoft") as process:
        out, _ = process.communicate(timeout=30)
    assert "account.microsoft.com" in out


@pytest.mark.some_cases(4)
@pytest.mark.parametrize(
    ("command", "environment", "words", "code"),
    [
        (("connect", "google"), {"BOOKING_GOOGLE_CLIENT_ID": "", "BOOKING_GOOGLE_CLIENT_SECRET": "",
                                 "BOOKING_GOOGLE_URL": ""}, "docs/google.md", 2),
        (("connect", "google"), {"BOOKING_SECRET_KEY": ""}, "BOOKING_SECRET_KEY is not set", 2),
        (("connect", "google", "--device"), {}, "--paste", 2),
        (("connect", "google"), {"BOOKING_SECRET_KEY": ""}, 'python3 -c "import secrets', 2),
        (("connect", "google", "--paste"), {}, "Not connected: the address that the browser came to was not pasted", 1),
        (("connect", "google", "--port=99999"), {}, "da 1 a 65535", 2),
        (("try", "google", "--port=0"), {}, "da 1 a 65535", 2),
        (("connect", "google"), {}, "there is no terminal and nothing to read: run it in one", 1),
        (("try", "microsoft"), {}, "on a server with --paste", 1),
        (("calendars", "google"), {}, "`python -m plugins.booking connect google`", 1),
        (("calendars", "google"), {"BOOKING_GOOGLE_CLIENT_ID": "", "BOOKING_GOOGLE_CLIENT_SECRET": "",
                                   "BOOKING_GOOGLE_URL": ""}, "BOOKING_GOOGLE_CLIENT_ID: vedi docs/google.md", 1),
    ],
)  # fmt: skip
def test_what_keeps_an_account_from_being_connected_is_told(
    provider: RunningProvider,
    database: str,
    command: tuple[str, ...],
    environment: dict[str, str],
    words: str,
    code: int,
) -> None:
    with started(provider, database, *command, **environment) as process:
        _, err = process.communicate("", timeout=30)
    assert process.returncode == code
    assert words in err
    assert "Traceback" not in err


def test_a_port_in_use_is_told(provider: RunningProvider, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(provider, database, "connect", "google", f"--port={port}") as process:
            _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"port {port}" in err
    assert "--port 8738: http://127.0.0.1:8738/ has to be registered" in err


def test_a_consent_that_ends_is_told_in_the_terminal(provider: RunningProvider, database: str) -> None:
    provider.tell("user", ends_in=604799)
    with started(provider, database, "connect", "google", "--calendar", "--paste") as process:
        back = provider.consent(asked_address(process), "http://127.0.0.1:8737/")
        out, _ = process.communicate(f"{back}\n", timeout=30)
    assert "the project was left in Testing. Publish it" in out


def test_a_missing_permission_is_named(provider: RunningProvider) -> None:
    scopes = ("https://www.googleapis.com/auth/calendar", "https://mail.google.com/")
    said = missing("google", scopes, provider.clients["google"])
    assert said == f"calendar: {scopes[0]}\nmail: {scopes[1]}"


@pytest.mark.parametrize(("error", "words"), [("server_error", "(server_error)"), ("<b>", "(refused)")])
def test_a_refusal_keeps_the_code_of_the_provider(
    provider: RunningProvider, engine: Engine, error: str, words: str
) -> None:
    consents = consents_at(provider, engine, Clock(), "google")
    pending = consents.begin(MAIL, "http://127.0.0.1:8737/")
    with pytest.raises(ConsentFailed) as failed:
        consents.finish(pending, {"state": pending.state, "error": error})
    assert words in why_not_connected(failed.value.why)


def by_code(
    provider: RunningProvider, engine: Engine, clock: Clock, does: str, waits: list[float], after: int = 2
) -> Grant:
    codes: list[str] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += timedelta(seconds=seconds)
        if len(waits) == after and does:
            provider.tell("device", user_code=codes[0], does=does)

    consents = consents_at(provider, engine, clock, "microsoft")
    return connect_by_code(consents, MAIL, lambda _, code: codes.append(code), clock, sleep)


def test_a_device_code_is_asked_about_at_its_interval(provider: RunningProvider, engine: Engine) -> None:
    waits: list[float] = []
    grant = by_code(provider, engine, Clock(), "consent", waits)
    assert (grant.account, sorted(grant.uses), waits) == (ACCOUNT, ["mail"], [5.0, 5.0])


@pytest.mark.parametrize(("does", "why"), [("deny", "access_denied"), ("", "expired_token")])
def test_a_device_code_denied_or_expired_connects_nothing(
    provider: RunningProvider, engine: Engine, does: str, why: str
) -> None:
    waits: list[float] = []
    with pytest.raises(ConsentFailed) as error:
        by_code(provider, engine, Clock(), does, waits)
    assert error.value.why == why
    assert sum(waits) <= 605
    assert store_of(engine).all() == ()


def test_a_provider_that_says_slow_down_is_asked_less(provider: RunningProvider, engine: Engine) -> None:
    waits: list[float] = []
    provider.tell("user", slow_down=1)
    by_code(provider, engine, Clock(), "consent", waits, after=3)
    assert waits == [5, 10, 10]


def test_uses_of_one_resource_share_a_code(provider: RunningProvider) -> None:
    assert by_resource("microsoft", BOTH, provider.clients["microsoft"]) == [("calendar",), ("mail",)]
    by_api = replace(provider.clients["microsoft"], mail_by_api=True)
    assert by_resource("microsoft", BOTH, by_api) == [BOTH]


def test_the_loopback_listener_takes_only_what_comes_back() -> None:
    with listen_on_loopback(0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        found: list[object] = []
        wait = threading.Thread(target=lambda: found.append(wait_for_return(listener, 20, "b", lambda _: "ecco")))
        wait.start()
        with socket.create_connection(listener.getsockname()) as silent:
            silent.close()
        assert httpx.get(f"{address}/favicon.ico", trust_env=False).status_code == 404
        assert httpx.post(f"{address}/?code=a&state=b", trust_env=False).status_code == 404
        assert httpx.get(f"{address}/?code=of-another&state=guessed", trust_env=False).status_code == 404
        shown = httpx.get(f"{address}/?code=a&state=b", trust_env=False)
        wait.join(timeout=20)
    assert "ecco" in shown.text
    assert found == [{"code": "a", "state": "b"}]
    with listen_on_loopback(0) as listener:
        assert wait_for_return(listener, 0.1, "b", lambda _: "") is None


@pytest.mark.parametrize("text", ["", "http://127.0.0.1/", "http://[x/?code=a&state=b", "http://127.0.0.1/?code=a"])
def test_a_pasted_address_without_code_and_state_is_none(text: str) -> None:
    assert query_of(text) is None


@pytest.mark.parametrize(
    ("setting", "uses"),
    [
        ({}, ["calendar"]),
        ({"BOOKING_SMTP_URL": "smtps://lei:parola-di-prova@mail.example.it"}, ["calendar"]),
        ({"BOOKING_SMTP_URL": "microsoft"}, ["calendar"]),
        ({"BOOKING_SMTP_URL": "google+https://"}, ["calendar", "mail"]),
        ({"BOOKING_ALARM_SMTP_URL": "google"}, ["calendar", "mail"]),
        ({"BOOKING_IMAP_URL": "google"}, ["calendar", "mail"]),
    ],
)
def test_plain_connect_asks_for_mail_only_where_it_goes_there(setting: dict[str, str], uses: list[str]) -> None:
    settings = Settings.from_environment({"BOOKING_GOOGLE_CLIENT_ID": "g", **setting})

    class Nothing:
        def connected(self, _uses: object) -> bool:
            return False

    assert list(plain_uses(settings.oauth["google"], cast(Consents, Nothing()))) == uses


def test_plain_connect_asks_again_for_mail_that_was_connected(provider: RunningProvider, engine: Engine) -> None:
    client = provider.clients["google"]
    connect(provider, engine, Clock(), "google", MAIL)
    assert plain_uses(client, consents_at(provider, engine, Clock(), "google")) == BOTH


@pytest.mark.some_cases(0)
def test_a_first_code_stays_connected_where_the_second_is_denied(
    provider: RunningProvider, database: str, engine: Engine
) -> None:
    with started(provider, database, "connect", "microsoft", "--device", BOOKING_SMTP_URL="microsoft") as process:
        for does in ("consent", "deny"):
            provider.tell("device", user_code=asked_code(process), does=does)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.splitlines() == [
        "Not connected for mail (calendar is): the consent was denied: run the command again to ask anew.",
        "What is connected stays so: connect microsoft --device --mail asks for the rest.",
    ]
    assert [uses for _, uses, _ in kept(engine)] == [["calendar"]]
    assert "chi cura" not in out + err


def test_every_word_of_the_command_is_english() -> None:
    codes = [*CLIENT_FAULTS, *BY_ADMINISTRATOR, "access_denied", "scopes_missing", "no_terminal", "boh"]
    names: tuple[Provider, ...] = ("google", "microsoft")
    for name in names:
        said = [why_failed(name, code) for code in codes]
        assert not [one for one in said if re.search(r"[àèéìòù’{]|collega", one)]
        assert f"BOOKING_{name.upper()}_CLIENT_ID" in why_failed(name, "invalid_client")
        secret = f"BOOKING_{name.upper()}_CLIENT_SECRET is not set"
        assert secret in why_failed(name, "invalid_client", has_secret=False)
        assert secret not in why_failed(name, "invalid_client")
