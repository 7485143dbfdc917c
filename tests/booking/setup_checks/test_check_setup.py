"""`check-setup` judges settings, database, relay and sender, says what to do, and changes nothing."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import dns.message
import dns.rrset
import psycopg
import pytest
from dns.resolver import Resolver
from sqlalchemy import make_url

from plugins.booking.mail.delivery_failure import LoginRefused
from plugins.booking.mail.dkim import Dkim
from plugins.booking.mail.login_backoff import LoginBackoff, login_name
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.mail_setup import sender_findings
from plugins.booking.setup_checks.settings_checks import judge, read_settings
from plugins.booking.storage.engine import open_engine
from plugins.content.findings import Check, Finding, run_checks
from tests.booking.migrated import lay_out, postgres_database
from tests.booking.postgres import Postgres
from tests.booking.raw_relay import raw_relay
from tests.booking.test_commands import run

PASSWORD = "canarinainGabbia"


def faults_of(**environment: str) -> dict[str, str]:
    """Run the command on a database: each fault with its remedy."""
    done = run("check-setup", "--json", **environment)
    found = [Finding(**json.loads(line)) for line in done.stdout.splitlines()]
    assert found, done.stderr
    assert done.returncode == (1 if any(one.level == "fault" for one in found) else 0)
    assert PASSWORD not in done.stdout + done.stderr
    return {f"{one.check}: {one.what}": one.remedy for one in found if one.level == "fault"}


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres_database(postgres)


def about_database(address: str) -> dict[str, str]:
    told = faults_of(BOOKING_DATABASE_URL=address)
    return {what: mend for what, mend in told.items() if what.startswith(("database", "schema", "clock"))}


def test_postgresql_in_order_has_no_fault(database: str) -> None:
    assert about_database(database) == {}


def test_postgresql_rights_that_are_missing_are_named(postgres: Postgres, database: str) -> None:
    name = str(make_url(database).database)
    with postgres.connect() as server:
        server.execute(b"DROP ROLE IF EXISTS lei")
        server.execute(b"CREATE ROLE lei LOGIN")
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname=name, autocommit=True) as own:
        own.execute(b"GRANT SELECT ON ALL TABLES IN SCHEMA public TO lei")
        told = about_database(database.replace("postgres@", "lei@"))
        ((what, mend),) = told.items()
        assert what.startswith("database: lei has no right to INSERT in alembic_version, nor ")
        assert mend == "as its owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO lei"
        own.execute(b"ALTER ROLE lei SET default_transaction_read_only = on")
        own.execute(b"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO lei")
        (what,) = about_database(database.replace("postgres@", "lei@"))
        assert what.startswith("database: takes no writes")


def test_postgresql_that_is_gone_empty_or_older_is_told(postgres: Postgres, database: str) -> None:
    ((what, mend),) = about_database(f"postgresql+psycopg://lei:{PASSWORD}@127.0.0.1:9/x").items()
    assert what.startswith("database: does not answer")
    assert "BOOKING_DATABASE_URL" in mend
    ((what, mend),) = about_database(postgres.database()).items()
    assert (what, "migrate" in mend) == ("schema: the database has no tables", True)
    name = str(make_url(database).database)
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname=name, autocommit=True) as own:
        own.execute(b"UPDATE alembic_version SET version_num = '0003'")
    ((what, _),) = about_database(database).items()
    assert what.startswith("schema: the database has schema 0003")


def test_sqlite_is_left_as_it_is_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "booking.db"
    told = about_database(f"sqlite:///{file}")
    assert list(told) == [f"database: there is none at {file}"]
    assert list(tmp_path.iterdir()) == []
    lay_out(make_url(f"sqlite:///{file}"))
    before = file.read_bytes()
    assert about_database(f"sqlite:///{file}") == {}
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (before, [file])
    file.chmod(0o644)
    ((what, mend),) = about_database(f"sqlite:///{file}").items()
    assert "everybody on this machine may read" in what
    assert mend.startswith("chmod 600")


def test_a_refused_login_is_not_tried_again(tmp_path: Path) -> None:
    address = make_url(f"sqlite:///{tmp_path}/booking.db")
    lay_out(address)
    with raw_relay("PLAIN") as raw:
        relay = raw.logging_in(PASSWORD)
        url = f"smtp://{relay.user}:{PASSWORD}@127.0.0.1:{relay.port}"
        engine = open_engine(address)
        LoginBackoff(engine, str(login_name(relay))).refused(datetime.now(UTC), LoginRefused("535 5.7.8"))
        engine.dispose()
        told = faults_of(BOOKING_DATABASE_URL=str(address), BOOKING_SMTP_URL=url)
    assert any(what.startswith("relay: login: refused before (535 5.7.8)") for what in told)
    assert raw.heard == []


@pytest.mark.parametrize("way", ["google", "microsoft+https://"])
def test_account_the_relay_needs_is_told_until_connected(tmp_path: Path, way: str) -> None:
    database, provider = f"sqlite:///{tmp_path}/booking.db", way.partition("+")[0]
    client = f"BOOKING_{provider.upper()}_CLIENT_ID"
    for is_laid_out in (False, True):
        if is_laid_out:
            assert list(tmp_path.glob("booking.db*")) == []
            lay_out(make_url(database))
        for own, remedy in (({}, f"set {client} (docs/{provider}.md)"), ({client: "id"}, f"connect {provider}`")):
            told = faults_of(BOOKING_DATABASE_URL=database, BOOKING_SMTP_URL=way, **own)
            ((what, mend),) = ((what, mend) for what, mend in told.items() if what.startswith("relay"))
            assert f"{provider} is not connected for mail" in what
            assert remedy in mend


def test_each_variable_that_cannot_be_read_is_a_fault() -> None:
    wrong = {
        "BOOKING_SITE_URL": "https://example.it",
        "BOOKING_SMTP_URL": f"smtps://lei:{PASSWORD}/x",
        "BOOKING_DKIM_SELECTOR": "maglia",
        "BOOKING_RATE_LIMIT": "many",
        "BOOKING_WORKER": "perhaps",
    }
    settings, faults = read_settings(wrong)
    named = {one.what.split()[0] for one in faults}
    assert named == {"BOOKING_SECRET_KEY", "BOOKING_DKIM_KEY", *wrong} - {"BOOKING_SITE_URL", "BOOKING_DKIM_SELECTOR"}
    assert all(one.remedy for one in faults)
    assert settings.site_url == "https://example.it"
    assert PASSWORD not in repr(faults)


@pytest.mark.parametrize(
    ("name", "value", "level", "mend"),
    [
        ("SITE_URL", "http://example.it", "fault", "certificate"),
        ("SITE_URL", "http://127.0.0.1:8000", "fault", "public address"),
        ("SECRET_KEY", "k" * 20, "warning", "longer"),
        ("RATE_LIMIT", "off", "warning", "20/10minutes"),
        ("TRUSTED_PROXIES", "::/0", "fault", "web server alone"),
        ("TRUSTED_PROXIES", "10.0.0.0/8", "ok", ""),
        ("ALLOWED_ORIGINS", "https://a.example,https://example.it", "ok", ""),
    ],
)
def test_settings_unfit_for_a_public_site_are_told(name: str, value: str, level: str, mend: str) -> None:
    good = {
        "BOOKING_SITE_URL": "https://example.it",
        "BOOKING_SECRET_KEY": "k" * 40,
        "BOOKING_TRUSTED_PROXIES": "127.0.0.1",
    }
    assert {one.level for one in judge(Settings.from_environment(good))} == {"ok"}
    found = [one for one in judge(Settings.from_environment(good | {f"BOOKING_{name}": value})) if one.level != "ok"]
    assert [one.level for one in found][:1] == ([level] if level != "ok" else [])
    assert all(mend in one.remedy for one in found[:1])


@contextmanager
def resolving(texts: dict[str, str]) -> Iterator[Resolver]:
    """A name server on the loopback that knows some TXT records."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    asked, whence = opened.recvfrom(4096)
                    query = dns.message.from_wire(asked)
                    reply = dns.message.make_response(query)
                    name = query.question[0].name
                    if text := texts.get(name.to_text(omit_final_dot=True)):
                        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", text))
                    opened.sendto(reply.to_wire(), whence)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], int(opened.getsockname()[1])
        try:
            yield resolver
        finally:
            ended.set()
            thread.join()


def test_the_senders_domain_is_looked_up(tmp_path: Path) -> None:
    pem = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", pem, "2048"], check=True, capture_output=True)
    der = subprocess.run(
        ["openssl", "rsa", "-in", pem, "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    public = base64.b64encode(der).decode()
    # A record of more than 255 bytes is made of several.
    key = f'"v=DKIM1; k=rsa; p={public[:200]}" "{public[200:]}"'
    dkim = Dkim("maglia", pem.read_bytes())
    good = {"lei.it": '"v=spf1 -all"', "_dmarc.lei.it": '"v=DMARC1; p=none"', "maglia._domainkey.lei.it": key}
    with resolving(good) as resolver:
        (finding,) = sender_findings("lei.it", dkim, resolver)
        assert (finding.level, finding.what) == ("ok", "lei.it has SPF and DMARC, and our key")
    with resolving({"maglia._domainkey.lei.it": key.replace(public[50:60], public[60:70])}) as resolver:
        told = [(one.level, one.what.split(":")[0]) for one in sender_findings("lei.it", dkim, resolver)]
    assert told == [
        ("warning", "lei.it has no SPF record"),
        ("warning", "lei.it has no DMARC record"),
        ("fault", "the key at maglia._domainkey.lei.it is another one"),
    ]
    with resolving({}) as resolver:
        assert [one.level for one in sender_findings("lei.it", dkim, resolver)] == ["warning", "warning", "fault"]


def test_checks_that_hang_or_fail_leave_the_others_alone() -> None:
    def fails() -> list[Finding]:
        raise RuntimeError(PASSWORD)

    def hangs() -> list[Finding]:
        time.sleep(120)
        return []

    checks = [
        Check("hangs", hangs, 0.4),
        Check("fails", fails),
        Check("good", lambda: [Finding("good", "ok", "fine")]),
    ]
    began = time.monotonic()
    found = {one.check: one for one in run_checks(checks, lambda names: None)}
    assert time.monotonic() - began < 100
    assert (found["good"].level, found["hangs"].level, found["fails"].level) == ("ok", "fault", "fault")
    assert "0.4 seconds" in found["hangs"].what
    assert PASSWORD not in found["fails"].what
