"""No value of a secret variable is ever written anywhere, whatever is wrong with it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from sqlalchemy import make_url, select

from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import outbox
from tests.booking.calendars.server import answering
from tests.booking.office import write_content
from tests.booking.outgoing import queued
from tests.booking.processes import ROOT, Process, eventually
from tests.booking.repeating import (
    repeating_address,
    repeating_calendar,
    repeating_database,
    repeating_post,
    repeating_relay,
)
from tests.deploy.servers import free_port
from tests.fork_server import forked

FIRST, SECOND = "Qzvkwy", "Xjpqrt"
SPECIAL = "/#@%?:[]&=+ \\;'\"|^~`<>(){}$!,*"
COMMANDS = [
    ["serve", "--port", "0"],
    ["deliver", "--once"],
    ["deliver"],
    ["migrate"],
    ["agenda"],
    ["agenda", "show", "x"],
    ["explain", "conoscitiva", "2027-01-12T10:00:00+01:00"],
    ["export", "ada@example.com"],
    ["erase", "ada@example.com"],
    ["purge"],
    ["backup", "copy.db"],
    ["connect", "google", "--paste"],
    ["disconnect", "microsoft"],
]


_PIECES = {word[begun : begun + 4].lower() for word in (FIRST, SECOND) for begun in range(len(word) - 3)}
_PIECES |= {piece.encode().hex() for word in (FIRST, SECOND) for piece in (word[:4], word[-4:])}
# In base64 wherever it stands: three ways to begin, without the letters that neighbours share.
_ENCODED = {
    base64.b64encode(b"x" * n + word.encode() + b"xx").decode()[4:-4] for word in (FIRST, SECOND) for n in (1, 2, 3)
}


def leaks(text: str) -> list[str]:
    """The pieces of the canary, four letters and more, that are in a text, in clear or encoded."""
    lowered = text.lower()
    return [piece for piece in _PIECES if piece in lowered] + [piece for piece in _ENCODED if piece in text]


def test_a_leak_would_be_seen() -> None:
    whole = f"{FIRST}/{SECOND}"
    for text in (whole, FIRST[1:5], f"port '{SECOND}'", base64.b64encode(f"\0ada\0{whole}".encode()).decode()):
        assert leaks(text), text
    assert not leaks("must start with smtp:// and name a host, and a port in digits; set it like …")


def run(folder: Path, command: list[str], **environment: str) -> str:
    """All that a command writes."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    done = subprocess.run(
        [*forked("plugins.booking"), *command],
        cwd=folder,
        env=own | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    return done.stdout + done.stderr


WRITTEN = [
    *("ada:{}@h.example:587/d", "ada:{}@h.example/d", "ada:{}@h.example", "ada:{}", "{}@h.example", "{}"),
    *("ada:{}@h.example:{}", "ada@{}:587", "ada:{}@[{}]", "ada:{}@[::1", "ada:{}@h.example:99999"),
    *("ada:{}@h.example:5a", "h.example:587/{}", "h.example/d?password={}", "{}:{}@{}:{}/{}?{}#{}", "h:25 {}"),
    *("ada:\u2100{}@h.example", "ada:{}\x00@h", "ada:{}\n@h.example:x", "ada:{}%C3@h.example"),
]


def misspelt(canary: str) -> Iterator[tuple[str, str]]:
    """Ways to get a variable wrong, the canary in it, or to get it right."""
    for scheme in ("smtp", "smtps", "postgresql+psycopg", "mysql", "sqlite", ""):
        for name in ("BOOKING_SMTP_URL", "BOOKING_ALARM_SMTP_URL", "BOOKING_DATABASE_URL"):
            for rest in WRITTEN:
                yield name, f"{scheme}://{rest.replace('{}', canary)}"
                yield name, f"{scheme}:{rest.replace('{}', canary)}"
    oauth = [f"{one}_{what}" for one in ("GOOGLE", "MICROSOFT") for what in ("CLIENT_ID", "CLIENT_SECRET", "URL")]
    for name in ("SECRET_KEY", "SECRET_KEY_OLD", "METRICS_TOKEN", "DKIM_KEY", "DKIM_SELECTOR", "SITE_URL", *oauth):
        for rest in ("{}", "{}change-me", "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END", "/{}", "https://ada:{}@h:x"):
            yield f"BOOKING_{name}", rest.replace("{}", canary)


def read(name: str, value: str) -> Settings | SettingsError:
    """The settings, or what is said of them."""
    try:
        return Settings.from_environment({name: value})
    except SettingsError as error:
        return error


@pytest.mark.some_cases(0)
def test_no_reading_of_a_variable_tells_a_piece_of_it() -> None:
    told = set()
    for special in SPECIAL:
        for canary in (f"{FIRST}{special}{SECOND}", quote(f"{FIRST}{special}{SECOND}", safe="")):
            for name, value in misspelt(canary):
                found = read(name, value)
                if isinstance(found, SettingsError):
                    told.add(str(found))
                    assert (found.__cause__, found.__context__) == (None, None)
                    assert not leaks(str(found)), (name, value, str(found))
                else:
                    assert not value.endswith("@h.example") or not leaks(repr(found)), (name, value)
    assert len(told) > 8


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_tells_a_piece_of_what_it_cannot_read(command: list[str], tmp_path: Path) -> None:
    content = write_content(tmp_path)
    canary = f"{FIRST}/{SECOND}"
    wrong = {
        "BOOKING_DATABASE_URL": f"postgresql+psycopg://ada:{canary}@h.example:{SECOND}/d",
        "BOOKING_SMTP_URL": f"smtps://ada:{canary}@h.example:{SECOND}",
        "BOOKING_SECRET_KEY": f"{canary}change-me",
        "BOOKING_SECRET_KEY_OLD": f"{canary}"[:15],
        "BOOKING_METRICS_TOKEN": f"{canary}"[:15],
        "BOOKING_DKIM_KEY": f"-----BEGIN RSA PRIVATE KEY-----\n{canary}",
        "BOOKING_ALARM_SMTP_URL": f"smtps://ada:{canary}@h.example:{SECOND}",
        "BOOKING_GOOGLE_CLIENT_SECRET": canary,
        "BOOKING_MICROSOFT_URL": f"https://ada:{canary}@h.example",
    }
    said = run(tmp_path, command, BOOKING_CONTENT=str(content), **wrong)
    assert [name for name in wrong if name not in said] == []
    assert not leaks(said), said


def databases(port: int, canary: str) -> dict[str, str]:
    """Addresses of databases that can be read, and do not answer."""
    written = quote(canary, safe="")
    return {
        "refused": f"postgresql+psycopg://ada:{written}@127.0.0.1:{port}/d",
        "as it is": f"postgresql+psycopg://ada:{canary}@127.0.0.1:{port}/d",
        "closed": f"postgresql+psycopg://ada:{written}@127.0.0.1:{free_port()}/d",
        "unknown": f"postgresql+psycopg://ada:{written}@nowhere.invalid/d",
        "without TLS": f"postgresql+psycopg://ada:{written}@127.0.0.1:{port}/d?sslmode=require",
        "option": f"postgresql+psycopg://ada@127.0.0.1:{port}/d?password={written}",
        "wrong option": f"postgresql+psycopg://ada:{written}@127.0.0.1:{port}/d?{FIRST}={written}",
        "wrong value": f"postgresql+psycopg://ada:{written}@127.0.0.1:{port}/d?sslmode={written}",
        "no file": f"postgresql+psycopg://ada:{written}@127.0.0.1:{port}/d?sslrootcert=/{written}&sslmode=verify-full",
        "no folder": f"postgresql+psycopg://ada:{written}@/d?host=/nowhere",
    }


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("way", databases(0, "x"))
def test_database_password_is_not_leaked_when_the_database_refuses_it(way: str, tmp_path: Path) -> None:
    content = write_content(tmp_path)
    with repeating_database() as port:
        address = databases(port, f"{FIRST}#{SECOND} %?:")[way]
        for command in (["migrate"], ["backup", "copy.db"])[: 2 if way == "refused" else 1]:
            said = run(tmp_path, command, BOOKING_CONTENT=str(content), BOOKING_DATABASE_URL=address)
            assert said
            assert not leaks(said), (command, said)


@pytest.mark.some_cases(0)
def test_an_endpoint_without_its_database_tells_no_password(tmp_path: Path) -> None:
    content = write_content(tmp_path)
    with repeating_database() as port:
        for dev in ("0", "1"):
            address = databases(port, f"{FIRST}#{SECOND}")["refused"]
            process = Process(
                {"BOOKING_CONTENT": str(content), "BOOKING_DATABASE_URL": address, "BOOKING_DEV": dev},
            )
            try:
                told = [
                    httpx.get(f"{process.address}{path}", timeout=60) for path in ("/health", "/metrics", "/agenda/")
                ]
                told += [httpx.get(f"{process.address}/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12")]
                assert told[0].status_code == 503
            finally:
                process.stop()
            for text in (process.said(), *(answer.text for answer in told)):
                assert not leaks(text), text


def relays(port: int, canary: str) -> dict[str, str]:
    """Addresses of relays that can be read, and take no mail."""
    written = quote(canary, safe="")
    return {
        "refused": f"smtp://ada:{written}@127.0.0.1:{port}",
        "as it is": f"smtp://ada:{canary}@127.0.0.1:{port}",
        "closed": f"smtp://ada:{written}@127.0.0.1:{free_port()}",
        "unknown": f"smtp://ada:{written}@nowhere.invalid",
        "no TLS": f"smtps://ada:{written}@127.0.0.1:{port}",
        "no STARTTLS": f"smtp+starttls://ada:{written}@127.0.0.1:{port}",
    }


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", relays(0, "x"))
def test_relay_password_is_not_leaked_when_the_relay_refuses_it(way: str, tmp_path: Path) -> None:
    databases = [f"sqlite:///{tmp_path}/{name}.db" for name in ("once", "all along", "in development")]
    for database in databases:
        queued(database)
    with repeating_relay() as port:
        address = relays(port, f"{FIRST}/{SECOND}#@?: ")[way]
        given = [
            {
                "BOOKING_CONTENT": str(write_content(tmp_path)),
                "BOOKING_DATABASE_URL": database,
                "BOOKING_SMTP_URL": address,
            }
            for database in databases
        ]
        told = "does not take the user name or password" if way in {"refused", "as it is"} else "there is no relay"
        said = run(tmp_path, ["deliver", "--once"], **given[0])
        assert told in said
        if way == "refused":
            said += served(given[1], told)
            said += served(given[2] | {"BOOKING_DEV": "1"}, told)
    assert not leaks(said), said


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("status", ["401", "403", "400", "429", "500", "302", "line"])
def test_relay_token_is_not_leaked_when_the_relay_repeats_it(status: str, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    queued(database)
    with answering(repeating_post) as address:
        host, token = urlsplit(address).netloc, quote(f"{FIRST}/{SECOND}#@?:", safe="")
        given = {
            "BOOKING_CONTENT": str(write_content(tmp_path)),
            "BOOKING_DATABASE_URL": database,
            "BOOKING_SMTP_URL": f"http://{token}@{host}/send/{status}",
        }
        said = run(tmp_path, ["deliver", "--once"], **given)
        said += run(tmp_path, ["deliver", "--check"], **given)
        if status == "403":
            said += served(given, "")
    engine = open_engine(make_url(database))
    with engine.begin() as connection:
        said += str(connection.execute(select(outbox.c.error)).all())
    engine.dispose()
    assert ("BadStatusLine" if status == "line" else f"HTTP-{status}") in said
    assert not leaks(said), said


def served(given: dict[str, str], until: str) -> str:
    """What an endpoint writes and answers once it has written some words."""
    process = Process(given)
    try:
        eventually(lambda: until in process.said())
        answers = [httpx.get(f"{process.address}{path}", timeout=60).text for path in ("/health", "/metrics")]
    finally:
        process.stop()
    return "".join([process.said(), *answers])


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", ["refused", "unknown", "no TLS", "no colon", "missing"])
def test_calendar_login_is_not_leaked_when_the_calendar_refuses_it(way: str, tmp_path: Path) -> None:
    canary = f"{FIRST}/{SECOND}#@%?:"
    login = {"no colon": canary.replace(":", ""), "missing": ""}.get(way, f"{canary}:{canary}")
    with answering(repeating_calendar) as address:
        place = {
            "unknown": "https://nowhere.invalid/c/",
            "no TLS": address.replace("http://127.0.0.1", "https://127.0.0.1"),
        }.get(way, address)
        calendars = [{"caldav": place, "credentials": "LOGIN_OF_BICE"}, {"ics": place, "credentials": "LOGIN_OF_BICE"}]
        given = {
            "BOOKING_CONTENT": str(write_content(tmp_path, busy=calendars[:1])),
            "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
            "BOOKING_SMTP_URL": "smtp://127.0.0.1:9",
            "LOGIN_OF_BICE": login,
        }
        said = run(tmp_path, ["deliver", "--once"], **given)
        if way == "refused":
            said += run(tmp_path, ["agenda"], **given)
            said += served(given | {"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}, "calendar ")
    assert "calendar " in said
    assert not leaks(said), said


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", ["refused", "redirected", "page", "unknown", "no TLS", "no address", "not https"])
def test_private_calendar_address_is_not_leaked_whatever_it_answers(way: str, tmp_path: Path) -> None:
    with answering(repeating_address(way)) as address:
        secret = f"{address}?{FIRST}/{SECOND}"
        place = {
            "unknown": f"https://nowhere.invalid/{FIRST}/{SECOND}",
            "no TLS": secret.replace("http://127.0.0.1", "https://127.0.0.1"),
            "no address": f"{FIRST} {SECOND}",
            "not https": f"http://h.example/{FIRST}/{SECOND}",
        }.get(way, secret)
        given = {
            "BOOKING_CONTENT": str(write_content(tmp_path, busy=[{"ics": {"env": "ADDRESS_OF_BICE"}}])),
            "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
            "BOOKING_SMTP_URL": "smtp://127.0.0.1:9",
            "ADDRESS_OF_BICE": place,
        }
        said = run(tmp_path, ["deliver", "--once"], **given)
        said += run(tmp_path, ["agenda"], **given)
        said += served(given | {"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}, "calendar ")
        stored = (tmp_path / "booking.db").read_bytes() + (tmp_path / "other.db").read_bytes()
    assert "calendar " in said
    assert ("ADDRESS_OF_BICE" in said) is (way in {"no address", "not https"})
    assert not leaks(said), said
    assert not leaks(stored.decode("latin-1"))


@pytest.mark.parametrize("name", ["LOGIN_OF_BICE", "BOOKING_SECRET_KEY", "UNHEARD_OF"])
@pytest.mark.parametrize("way", ["refused", "redirected"])
def test_command_that_lists_calendars_leaks_no_login(way: str, name: str, tmp_path: Path) -> None:
    held = {"LOGIN_OF_BICE": f"{FIRST}:{SECOND}", "BOOKING_SECRET_KEY": f"{FIRST}:{SECOND}-abcdefghijk"}
    with answering(repeating_calendar if way == "refused" else repeating_address(way)) as address:
        said = run(tmp_path, ["calendars", address, "--login", name], **held)
    assert said
    assert not leaks(said), said


def test_metrics_token_is_not_leaked_by_a_wrong_token(tmp_path: Path) -> None:
    keys = {name: f"{FIRST}-{name}-{SECOND}-abcdef" for name in ("SECRET_KEY", "SECRET_KEY_OLD", "METRICS_TOKEN")}
    process = Process(
        {
            "BOOKING_CONTENT": str(write_content(tmp_path)),
            "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
            **{f"BOOKING_{name}": value for name, value in keys.items()},
        }
    )
    try:
        told = ""
        for given in ("Bearer x", f"Bearer {keys['METRICS_TOKEN']}é".encode().decode("latin-1"), "", "Bearer"):
            headers = {b"Authorization": given.encode("latin-1"), b"X-Forwarded-For": b"192.0.2.1"}
            answer = httpx.get(f"{process.address}/metrics", headers=headers)
            assert answer.status_code == 403
            told += answer.text + str(answer.headers)
        right = {"Authorization": f"Bearer {keys['METRICS_TOKEN']}", "X-Forwarded-For": "192.0.2.1"}
        told += httpx.get(f"{process.address}/metrics", headers=right).text
        told += httpx.get(f"{process.address}/health").text
    finally:
        process.stop()
    assert not leaks(told + process.said())


@pytest.mark.parametrize("kind", ["cut", "folder", "other", "binary"])
def test_unusable_dkim_key_is_reported_without_its_content(kind: str, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    lines = base64.b64encode(f"{FIRST}{SECOND}".encode() * 20).decode()
    match kind:
        case "folder":
            key.mkdir()
        case "binary":
            key.write_bytes(f"{FIRST}/{SECOND}".encode() * 50)
        case _:
            kind_of_key = "RSA PRIVATE KEY" if kind == "cut" else "OPENSSH PRIVATE KEY"
            key.write_text(f"-----BEGIN {kind_of_key}-----\n{FIRST}\n{lines}\n", encoding="utf-8")
    said = run(tmp_path, ["deliver", "--once"], BOOKING_DKIM_KEY=str(key), BOOKING_DKIM_SELECTOR="x")
    assert "BOOKING_DKIM_KEY" in said
    assert not leaks(said), said


def test_what_somebody_else_writes_to_standard_error_is_redacted_too(tmp_path: Path) -> None:
    program = """
import logging, os, sys, threading
from plugins.booking.redaction import redacted
sys.stderr = redacted(sys.stderr, os.environ)
password = os.environ["BOOKING_SMTP_URL"].split(":")[2].rpartition("@")[0]
logging.error("%r %s", password, password)
def fail():
    raise ValueError(password) from KeyError(os.environ["BOOKING_SMTP_URL"])
thread = threading.Thread(target=fail)
thread.start()
thread.join()
print("all else stays", file=sys.stderr)
fail()
"""
    canary = f"{FIRST}/è'{SECOND}"
    for url in (f"smtps://ada:{canary}@h.example", f"smtps://ada:{quote(FIRST + '/x', safe='')}@h.example"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": str(ROOT), "BOOKING_SMTP_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "all else stays" in done.stderr
        assert not leaks(done.stderr), done.stderr
