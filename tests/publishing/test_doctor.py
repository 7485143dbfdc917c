"""The doctor finds what is wrong with a real installation, names the remedy, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tzdata

from plugins.publishing.doctor import disk_space, release_checks
from plugins.publishing.doctor.installation import Installation, installation, read_settings
from plugins.publishing.release.server_folders import Server
from tests.booking.calendars.server import answering, say
from tests.booking.office import write_content
from tests.booking.processes import Process, eventually
from tests.booking.raw_relay import RawRelay, raw_relay
from tests.building import CONTENT, ROOT, edit
from tests.publishing.front import Front, fronting
from tests.publishing.place import Place, Told

PASSWORD = "canarinainGabbia"
STRANGER = 65534


def doctor(root: Path, authority: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody does who keeps a server."""
    return subprocess.run(
        [sys.executable, "-m", "plugins.publishing", "doctor", str(root), *options],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(authority)},
        cwd=CONTENT.parent,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@dataclass
class Patient:
    """An installation that works, all of it: server, endpoint, web server, relay and copies."""

    place: Place
    front: Front
    relay: RawRelay
    endpoint: str
    settings: dict[str, str]
    changed: dict[str, str | None] = field(default_factory=dict)

    def recover(self) -> None:
        """Write the settings as they were."""
        self.changed.clear()
        self.write()

    @property
    def server(self) -> Server:
        return self.place.server

    @property
    def env(self) -> Path:
        return self.server.root / "secrets.env"

    @property
    def database(self) -> Path:
        return self.server.root / "booking.db"

    @property
    def backups(self) -> Path:
        return self.place.folder / "backups"

    def write(self, **settings: str | None) -> None:
        """Write the file of settings, with those that were changed before; None leaves one out."""
        self.changed |= settings
        told = {name: value for name, value in (self.settings | self.changed).items() if value is not None}
        self.env.write_text("".join(f"{name}={value}\n" for name, value in told.items()), encoding="utf-8")

    def doctor(self, *options: str, authority: Path | None = None) -> tuple[int, list[dict[str, str]], str]:
        """Run it: the exit code, what it found, and all that it said."""
        endpoint = [] if "--endpoint" in options else ["--endpoint", self.endpoint]
        done = doctor(self.server.root, authority or self.front.authority, "--json", *endpoint, *options)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)["findings"], done.stdout + done.stderr

    def standing(self) -> dict[str, str]:
        """Every name, mode and byte of the installation; of the database, which is in use, its rows."""
        return {
            str(path): f"{path.lstat().st_mode} {path.lstat().st_mtime_ns} {_digest(path)}"
            for path in self.place.folder.rglob("*")
            if not path.name.startswith("booking.db")
        } | {"rows": _rows(self.database), str(self.server.root): ""}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _rows(database: Path) -> str:
    with sqlite3.connect(database) as opened:
        rows = "".join(line for line in opened.iterdump() if "heartbeat" not in line)
    opened.close()
    return rows


@pytest.fixture(scope="module")
def patient(first: tuple[Place, Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    folder = tmp_path_factory.mktemp("patient")
    place = first[0].copy(folder / "place")
    with ExitStack() as stack:
        front = stack.enter_context(fronting(folder / "front", place.server.current))
        relay = stack.enter_context(raw_relay("PLAIN"))
        report = place.server.releases / place.live.name / "report.json"
        told = json.loads(report.read_text(encoding="utf-8"))
        report.write_text(json.dumps(told | {"site": front.address}), encoding="utf-8")
        settings = {
            "BOOKING_SITE_URL": front.address,
            "BOOKING_SECRET_KEY": "k" * 40,
            "BOOKING_SMTP_URL": f"smtp://lei:{PASSWORD}@127.0.0.1:{relay.relay.port}",
            "BOOKING_TRUSTED_PROXIES": "127.0.0.1",
            "BOOKING_DATABASE_URL": f"sqlite:///{place.server.root}/booking.db",
            "BOOKING_CONTENT": f"{place.server.current}/../content",
            "BOOKING_BACKUP_DIR": str(place.folder / "backups"),
        }
        process = Process(settings, code=place.server.code.resolve())
        stack.callback(process.stop)
        front.endpoint = process.address
        one = Patient(place, front, relay, process.address, settings)
        one.write()
        one.env.chmod(0o600)
        eventually(lambda: _seen(one.database))
        one.backups.mkdir(mode=0o700)
        _copy(one, datetime.now(UTC))
        yield one


def _seen(database: Path) -> bool:
    try:
        with sqlite3.connect(database) as opened:
            found = opened.execute("SELECT value FROM keys WHERE name = 'heartbeat'").fetchone()
        opened.close()
    except sqlite3.OperationalError:
        return False
    return found is not None


def _copy(patient: Patient, moment: datetime) -> Path:
    """A copy of the database, as if made at a moment."""
    file = patient.backups / f"booking-{moment:%Y%m%d-%H%M%S}.db"
    with sqlite3.connect(patient.database) as opened:
        opened.execute("VACUUM INTO ?", (str(file),))
    opened.close()
    file.chmod(0o600)
    return file


def faults(findings: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(one["check"], one["what"], one["remedy"]) for one in findings if one["level"] == "fault"]


def test_healthy_installation_has_no_fault_and_stays_as_it_is(patient: Patient) -> None:
    before = patient.standing()
    code, findings, said = patient.doctor()
    assert faults(findings) == []
    assert code == 0
    assert {one["check"] for one in findings} == {
        *("secrets", "disk", "backup", "certificate", "clock", "endpoint", "revision", "web server", "addresses"),
        *("development", "secret key", "site address", "origins", "proxies", "content", "database", "schema", "worker"),
        *("mail", "relay", "sender", "calendars", "time zones", "code", "owner", "web root", "hook", "repository"),
        *("site", "timer"),
    }
    assert patient.standing() == before
    assert PASSWORD not in said
    assert "k" * 40 not in said
    assert patient.relay.count("DATA") == 0
    assert not list(patient.server.root.glob("versions/*/plugins/**/__pycache__/*doctor*"))


Seed = Callable[[Patient, Path], Any]


def setting(**settings: str | None) -> Seed:
    """Settings that are otherwise, or left out."""
    return lambda patient, folder: patient.write(**settings)


def database(*statements: str, junk: bool = False) -> Seed:
    """A copy of the database with something wrong in it."""

    def seed(patient: Patient, folder: Path) -> None:
        file = folder / "booking.db"
        with sqlite3.connect(patient.database) as opened:
            opened.execute("VACUUM INTO ?", (str(file),))
        opened.close()
        with sqlite3.connect(file) as opened:
            for statement in statements:
                opened.execute(statement)
        opened.close()
        file.chmod(0o600)
        if junk:
            whole = bytearray(file.read_bytes())
            whole[4096 : 4096 * 6] = b"\xff" * 4096 * 5
            file.write_bytes(whole)
        patient.write(BOOKING_DATABASE_URL=f"sqlite:///{file}")

    return seed


def mode(name: str, bits: int) -> Seed:
    """Other rights of a file of the installation."""

    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        path = patient.server.root / name
        before = path.stat().st_mode
        path.chmod(bits)
        yield
        path.chmod(before)

    return seed


def otherwise(name: str, write: Callable[[Path], object]) -> Seed:
    """A file of the installation that is otherwise, or gone."""

    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        path = next(patient.server.root.glob(name))
        kept = folder / "kept"
        shutil.copy2(path, kept, follow_symlinks=False)
        write(path)
        yield
        path.unlink(missing_ok=True)
        shutil.move(kept, path)

    return seed


def front(**habits: Any) -> Seed:  # noqa: ANN401 - whatever a web server may do wrongly
    """A web server that is set up wrongly."""

    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        before = {name: getattr(patient.front, name) for name in habits}
        for name, value in habits.items():
            setattr(patient.front, name, value)
        yield
        for name, value in before.items():
            setattr(patient.front, name, value)

    return seed


def certificate(days: int, name: str = "IP:127.0.0.1") -> Seed:
    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        patient.front.certify(days, name)
        yield
        patient.front.certify(90)

    return seed


def backup(age: timedelta | None, junk: bool = False, bits: int = 0o600) -> Seed:
    """Another folder of copies, with one of some age, or with none."""

    def seed(patient: Patient, folder: Path) -> None:
        if age is not None:
            file = _copy(patient, datetime.now(UTC) - age)
            there = file.rename(folder / file.name)
            if junk:
                there.write_bytes(there.read_bytes()[:5000])
            there.chmod(bits)
            folder.chmod(0o755)
        patient.write(BOOKING_BACKUP_DIR=str(folder))

    return seed


def relay(**replies: str) -> Seed:
    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        before = dict(patient.relay.replies)
        patient.relay.replies.update(replies)
        yield
        patient.relay.replies.update(before)

    return seed


def calendars(status: int, body: bytes = b"", variable: bool = False) -> Seed:
    """A content that names a calendar which cannot be read."""

    @contextmanager
    def seed(patient: Patient, folder: Path) -> Iterator[None]:
        with answering(lambda handler: say(handler, status, body)) as address:
            place = {"ics": {"env": "CALENDARIO_PRIVATO"} if variable else address}
            write_content(folder / "content", busy=[place])
            patient.write(BOOKING_CONTENT=str(folder / "content"))
            yield

    return seed


def broken_content(patient: Patient, folder: Path) -> None:
    write_content(folder / "content")
    edit(folder / "content" / "availability.yaml", '"timezone"', '"timezoone"')
    patient.write(BOOKING_CONTENT=str(folder / "content"))


def old_zones(patient: Patient, folder: Path) -> None:
    """A machine whose time zone data are old, and whose packages as well."""
    (folder / "zones" / "Europe").mkdir(parents=True)
    rome = Path(tzdata.__file__).parent / "zoneinfo" / "Europe" / "Rome"
    shutil.copy(rome, folder / "zones" / "Europe" / "Rome")
    (folder / "zones" / "tzdata.zi").write_text("# version 2019a\n", encoding="utf-8")
    (folder / "tzdata").mkdir()
    (folder / "tzdata" / "__init__.py").write_text('IANA_VERSION = "2019a"\n', encoding="utf-8")
    patient.write(PYTHONPATH=str(folder), PYTHONTZPATH=str(folder / "zones"))


def broken_packages(patient: Patient, folder: Path) -> None:
    (folder / "sqlalchemy.py").write_text("", encoding="utf-8")
    patient.write(PYTHONPATH=str(folder))


@contextmanager
def due_post(patient: Patient, folder: Path) -> Iterator[None]:
    """A post whose day was the day before yesterday, when nothing published it."""
    report = patient.server.releases / patient.place.live.name / "report.json"
    before = report.read_text(encoding="utf-8")
    told, days = json.loads(before), [(date.today() - timedelta(days=gone)).isoformat() for gone in (2, 5)]
    told |= {"today": days[1], "waiting": [{"title": "Il post atteso", "day": days[0], "words": days[0]}]}
    report.write_text(json.dumps(told), encoding="utf-8")
    yield
    report.write_text(before, encoding="utf-8")


@contextmanager
def cut_off(patient: Patient, folder: Path) -> Iterator[None]:
    """A commit that came to the server, and was never published."""
    before = patient.place.main
    patient.place.git("fetch", "--quiet", "sito")
    new = patient.place.brand(7)
    patient.place.git("push", "--quiet", "sito", f"{new}:refs/heads/other")
    git = ["git", f"--git-dir={patient.server.repository.path}", "update-ref"]
    subprocess.run([*git, "refs/heads/main", new], check=True)
    yield
    subprocess.run([*git, "refs/heads/main", str(before)], check=True)
    subprocess.run([*git, "-d", "refs/heads/other"], check=True)


@contextmanager
def upgraded(patient: Patient, folder: Path) -> Iterator[None]:
    """A new version of the code that built the site, while the endpoint was not restarted."""
    server = patient.server
    record = server.releases / patient.place.live.name / "release.json"
    before = record.read_text(encoding="utf-8")
    shutil.copytree(server.code.resolve(), server.versions / "0002", symlinks=True)
    server.code.unlink()
    server.code.symlink_to("versions/0002")
    record.write_text(before.replace('"version": "0001"', '"version": "0002"'), encoding="utf-8")
    yield
    record.write_text(before, encoding="utf-8")
    server.code.unlink()
    server.code.symlink_to("versions/0001")
    shutil.rmtree(server.versions / "0002")


@contextmanager
def foreign_file(patient: Patient, folder: Path) -> Iterator[None]:
    """A push that somebody made as another user; root alone can make one, others write a file that anybody may."""
    file = patient.server.repository.path / "pushed-by-another"
    file.touch()
    if os.geteuid() == 0:
        os.chown(file, STRANGER, STRANGER)
    else:
        file.chmod(0o666)
    yield
    file.unlink()


def tear(path: Path) -> None:
    """Let some bytes in the midst of a file be others."""
    whole, half = bytearray(path.read_bytes()), path.stat().st_size // 2
    whole[half : half + 64] = bytes(64)
    path.unlink()  # other copies of this server may share it
    path.write_bytes(whole)


STUCK = (
    "INSERT INTO outbox (id, about, kind, urgency, sender, recipient, message_id, mime, state, attempts, next_at,"
    " created_at) VALUES ('x', 'x', 'x', 1, 'a', 'b', 'c', x'00', 'pending', 1, 0, 0)"
)
OLD_BEAT = "UPDATE keys SET value = '2026-01-01T00:00:00+00:00' WHERE name = 'heartbeat'"
# In each round what can be wrong at once: the seed, the check that finds it, words of what it says and of its remedy.
ROUNDS: tuple[tuple[tuple[Seed, str, str, str], ...], ...] = (
    (
        (mode("secrets.env", 0o644), "secrets", "everybody", "chmod o= "),
        (setting(BOOKING_DKIM_KEY="/nowhere/dkim.pem"), "secrets", "/nowhere/dkim.pem", "put it there"),
        (otherwise("site.git/hooks/proc-receive", Path.unlink), "hook", "not there", "install"),
        (backup(None), "backup", "no copy", "backup --into"),
        (setting(BOOKING_DEV="1"), "development", "/posta/", "remove BOOKING_DEV"),
        (setting(BOOKING_TRUSTED_PROXIES=None), "proxies", "one client", "mostly 127.0.0.1"),
        (setting(BOOKING_SMTP_URL=None), "relay", "not set", "set BOOKING_SMTP_URL"),
        (setting(BOOKING_DATABASE_URL="sqlite:////nowhere/x.db"), "database", "none at", "start the endpoint"),
        (setting(BOOKING_ALLOWED_ORIGINS="https://example.it"), "origins", "has not https://127.0.0.1", "ORIGINS"),
        (front(clock_off=timedelta(minutes=2)), "clock", "seconds apart", "timedatectl"),
    ),
    (
        (foreign_file, "owner", "pushed-by-another", "ch"),
        (mode("site.git/hooks/proc-receive", 0o644), "hook", "not executable", "chmod +x"),
        (otherwise("site.git/objects/pack/*.pack", tear), "repository", "damaged", "push from the writer's clone"),
        (setting(BOOKING_SECRET_KEY="change-me-change-me"), "settings", "example's", "BOOKING_SECRET_KEY="),
        (setting(BOOKING_TRUSTED_PROXIES="0.0.0.0/0"), "proxies", "believed", "alone"),
        (setting(BOOKING_DATABASE_URL="sqlite:///var/booking.db"), "database", "an upgrade may remove", "whole path"),
        (relay(AUTH="535 5.7.8 no"), "relay", "login: refused", "user and password"),
        (certificate(3), "certificate", "good for 2 days", "renew"),
        (backup(timedelta(days=6)), "backup", "144 hours old", "list-timers"),
        (calendars(404), "calendar 1", "no such calendar", "copies its address anew"),
        (old_zones, "time zones", "2019a", "tzdata"),
    ),
    (
        (
            otherwise("python", lambda path: path.write_text("/nowhere/bin/python\n", encoding="utf-8")),
            *("code", "/nowhere/bin/python", "make setup"),
        ),
        (setting(), "endpoint's setup", "cannot run /nowhere/bin/python", "install again"),
        (otherwise("current", Path.unlink), "site", "leads to no release", "due"),
        (certificate(90, "DNS:other.test"), "certificate", "mismatch", "this very name"),
        (backup(timedelta(0), junk=True), "backup", "cannot be restored", "make another"),
    ),
    (
        (mode("versions/0001", 0o777), "owner", "everybody", "chmod -R o-w"),
        (broken_packages, "endpoint's setup", "ImportError", "pip install"),
        (due_post, "scheduled posts", "Il post atteso", "due"),
        (front(tells_of_clients=False), "web server", "/metrics", "X-Forwarded-For"),
        (backup(timedelta(0), bits=0o644), "backup", "everybody", "chmod 600"),
    ),
    (
        (cut_off, "site", "main or the code has gone on", "due"),
        (database(junk=True), "database", "", "put a copy back"),
        (relay(MAIL="553 5.7.1 no"), "relay", "MAIL", "set BOOKING_SENDER"),
        (calendars(200, b"<html>hello"), "calendar 1", "127.0.0.1", "see its server"),
        (front(sends_to_endpoint=False), "web server", "/health answers", "nginx"),
    ),
    (
        (upgraded, "revision", "runs code 0001", "systemctl restart"),
        (database("DROP TABLE alembic_version"), "schema", "no tables", "migrate"),
        (setting(BOOKING_SMTP_URL="smtp://127.0.0.1:9"), "relay", "nobody talks", "host and port"),
        (calendars(200, variable=True), "calendar 1", "CALENDARIO_PRIVATO", "set that"),
        (setting(BOOKING_SITE_URL="http://127.0.0.1:9"), "site address", "links in mails", "public address"),
    ),
    (
        (database("UPDATE alembic_version SET version_num = '0004'"), "schema", "has schema 0004", "restart"),
        (broken_content, "content", "availability.yaml", "push again"),
        (setting(BOOKING_SITE_URL="https://localhost:9"), "certificate", "no connection", "web server runs"),
        (setting(BOOKING_SITE_URL="https://localhost:9"), "addresses", "takes no forms", "SITEURL"),
    ),
    (
        (database(OLD_BEAT, STUCK), "worker", "none since 2026-01-01", "maglia-worker"),
        (setting(), "mail", "late: 1 mails wait", "relay"),
    ),
)


@pytest.mark.some_cases(3)
@pytest.mark.parametrize("seeds", ROUNDS, ids=lambda seeds: "-".join(dict.fromkeys(seed[1] for seed in seeds)))
def test_each_seeded_fault_is_found_with_its_remedy(
    patient: Patient, tmp_path: Path, seeds: tuple[tuple[Seed, str, str, str], ...]
) -> None:
    with ExitStack() as stack:
        stack.callback(patient.recover)
        for number, (seed, *_) in enumerate(seeds):
            (folder := tmp_path / str(number)).mkdir()
            if hasattr(seeding := seed(patient, folder), "__enter__"):
                stack.enter_context(seeding)
        code, findings, said = patient.doctor()
    told = faults(findings)
    for _, check, what, remedy in seeds:
        assert [one for one in told if one[0] == check and what in one[1] and remedy in one[2]], (check, what, told)
    assert code == 1
    assert not [word for word in (PASSWORD, "/calendario.ics", "k" * 40) if word in said]


def test_nobody_believes_an_authority_that_is_not_known(patient: Patient) -> None:
    code, findings, _ = patient.doctor(authority=Path("/etc/ssl/certs/ca-certificates.crt"))
    assert code == 1
    assert any(
        (check == "certificate" and "authority" in what) or "issuer" in what for check, what, _ in faults(findings)
    )


def test_lines_for_people_name_level_thing_and_remedy(patient: Patient) -> None:
    done = doctor(patient.server.root, patient.front.authority)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("fault    endpoint: "))
    assert lines[number + 1].strip().startswith("-> systemctl status maglia")
    assert lines[-1].startswith("Faults: 1.")
    assert done.stderr.startswith("Looking at ")


def test_what_is_no_installation_is_refused(patient: Patient, tmp_path: Path) -> None:
    done = doctor(tmp_path, patient.front.authority)
    assert (done.returncode, done.stdout) == (2, "")
    assert "command install" in done.stderr


def test_settings_are_read_as_systemd_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text('# a\n; b\n\nA=1 2 \n B=\'x "y\'\nexport C="d e"\nD=\n', encoding="utf-8")
    assert read_settings(file) == {"A": "1 2", "B": 'x "y', "C": "d e", "D": ""}
    file.write_text("A=1\nSEGRETO\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"env:2: no variable"):
        read_settings(file)


@pytest.mark.parametrize(
    ("free", "inodes", "read_only", "level"),
    [(50, 90, False, "ok"), (0.5, 90, False, "warning"), (0.1, 90, False, "fault"), (50, 3, False, "warning"),
     (50, 0, False, "fault"), (50, 90, True, "fault")],
)  # fmt: skip
def test_full_disks_are_told(free: float, inodes: int, read_only: bool, level: str) -> None:
    blocks = int(free * 1024)
    disk = os.statvfs_result((1 << 20, 1 << 20, 1 << 20, blocks, blocks, 100, inodes, inodes, int(read_only), 255))
    finding = disk_space.judge(Path("/srv/maglia"), disk)
    assert finding.level == level
    assert bool(finding.remedy) is (level != "ok")


@pytest.mark.parametrize(
    ("states", "levels"),
    [("active inactive active", ["ok"]), ("inactive active inactive", ["ok", "warning"]), ("", ["fault", "warning"])],
)
def test_timers_that_do_not_run_are_told(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, states: str, levels: list[str]
) -> None:
    program = tmp_path / "systemctl"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' {states}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(release_checks, "_SYSTEMD", tmp_path)
    found = installation(patient.server.root, [patient.env], patient.endpoint, {})
    assert [one.level for one in release_checks.timer_check(found)] == levels


def test_programs_are_run_as_the_owner_where_root_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Installation(None, tmp_path, sys.executable, None, {})
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Installation, "owner", STRANGER)
    assert (found.as_owner()["user"], found.as_owner()["extra_groups"]) == (STRANGER, [])
    monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    assert found.as_owner() == {}
