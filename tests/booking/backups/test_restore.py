"""A copy takes the place of a database that nobody uses; what was there is set aside, and all is told."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, make_url, select, text

from plugins.booking.__main__ import main
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.words import delivery
from plugins.booking.backups.backup import back_up
from plugins.booking.backups.database_lock import serving_from
from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.token_cipher import TokenCipher
from plugins.booking.oauth.token_store import Grant, Secret, TokenStore
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.migrate import newest
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import bookings, passes
from tests.booking.endpoint import endpoint
from tests.booking.migrated import run_migrations
from tests.booking.office import asked
from tests.booking.postgres import Postgres
from tests.booking.processes import ROOT, serving_forked
from tests.booking.tables import count
from tests.fork_server import forked

_FAR = datetime(2100, 1, 1, tzinfo=UTC)
PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")
MAIL: frozenset[Use] = frozenset({"mail"})
LATER = asked(start="2027-01-12T11:00:00+01:00", email="ugo@example.com")


class Place:
    """A database with one booking, a copy of it, and one more booking since."""

    def __init__(self, content: Path, url: str, folder: Path) -> None:
        self.url, self.file = url, folder / "copies" / "copy"
        self.environment = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content)}
        with endpoint(content, url) as desk:
            self.copied = desk.http.post("/api/bookings", json=asked()).json()["id"]
            back_up(desk.engine, self.file)
            desk.clock.now += timedelta(minutes=1)
            self.lost = desk.http.post("/api/bookings", json=LATER).json()["id"]

    def restore(self, *options: str) -> int:
        return main(["restore", str(self.file), *options], self.environment)

    @contextmanager
    def opened(self, url: str = "") -> Iterator[Engine]:
        engine = open_engine(make_url(url or self.url))
        yield engine
        engine.dispose()

    def holds(self) -> list[str]:
        with self.opened() as engine, engine.begin() as connection:
            return list(connection.execute(select(bookings.c.id).order_by(bookings.c.id)).scalars())


@pytest.fixture
def place(content: Path, database_url: str, tmp_path: Path) -> Place:
    return Place(content, database_url, tmp_path)


@pytest.fixture
def file_place(content: Path, tmp_path: Path) -> Place:
    """The same on SQLite."""
    return Place(content, f"sqlite:///{tmp_path}/booking.db", tmp_path)


def test_a_restore_sets_the_present_database_aside(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with place.opened() as engine, engine.begin() as connection:
        connection.execute(passes.insert(), {"digest": "d", "kind": "session", "expires_at": _FAR})
    assert place.restore() == 2
    assert "add --replace" in capsys.readouterr().err
    assert place.holds() == [place.copied, place.lost]
    assert place.restore("--replace") == 0
    told = capsys.readouterr().out
    assert place.holds() == [place.copied]
    assert "1 bookings and messages there are newer than the copy" in told
    assert "2 mails that waited go out" in told
    with place.opened() as engine:
        assert count(engine, passes) == 0
        assert Store(engine).booking(place.copied)
        assert Outbox(engine).figures(_FAR).pending == 2
    aside = re.search(r"is now (?:schema )?(\S+);", told)
    assert aside
    with place.opened("" if place.url.startswith("postgresql") else f"sqlite:///{aside[1]}") as engine:
        schema = aside[1] if engine.dialect.name == "postgresql" else None
        moved = engine.execution_options(schema_translate_map={None: schema})
        assert count(moved, bookings) == 2
        assert count(moved, passes) == 1


def test_accounts_that_a_copy_connects_again_are_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with place.opened() as engine:
        store, now = TokenStore(engine, TokenCipher("una-chiave-di-prova-lunga-abbastanza")), datetime.now(UTC)
        for provider in PROVIDERS:
            secret = Secret("gettone-segreto", {})
            store.connect(Grant("", provider, MAIL, f"nome@{provider}.example", (), now, now, secret), now)
        place.file.unlink()
        back_up(engine, place.file)
        store.disconnect("microsoft", MAIL)
    assert place.restore("--replace") == 0
    told = capsys.readouterr().out
    for provider in PROVIDERS:
        (line,) = [one for one in told.splitlines() if f"nome@{provider}.example" in one]
        assert line.endswith(f"`python -m plugins.booking disconnect {provider}`")
    assert "gettone" not in told


def test_mail_that_waited_is_held_until_she_sends_it(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.restore("--replace", "--hold-mail") == 0
    assert "2 mails that waited are held" in capsys.readouterr().out
    with place.opened() as engine:
        queue = Outbox(engine)
        assert (queue.figures(_FAR).pending, queue.figures(_FAR).dead) == (0, 2)
        words = {delivery(mail, ZoneInfo("Europe/Rome")) for mail in AgendaQueries(engine).undeliverable()}
        assert words == {"trattenuta: aspettava nella copia ripristinata, e forse era già partita"}
        assert queue.revive(_FAR) == 2


def test_an_empty_database_needs_no_permission(
    content: Path, unmigrated_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = Place(content, unmigrated_url, tmp_path)
    if unmigrated_url.startswith("sqlite"):
        place.environment["BOOKING_DATABASE_URL"] = place.url = f"sqlite:///{tmp_path}/elsewhere/new.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        place.environment["BOOKING_DATABASE_URL"] = place.url = server.database()
    assert place.restore() == 0
    assert place.holds() == [place.copied]
    run_migrations(place.url)  # laid out, and with what the endpoint notes by itself, it is as good as empty


def test_nothing_is_restored_while_the_endpoint_or_worker_runs(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving_forked(**place.environment, BOOKING_WORKER="off"):
        assert place.restore("--replace") == 2
    assert "systemctl stop maglia maglia-worker" in capsys.readouterr().err
    assert place.holds() == [place.copied, place.lost]


def test_another_program_that_has_the_file_open_is_told(file_place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with file_place.opened() as engine, engine.begin() as connection:
        connection.execute(select(bookings)).all()
        assert file_place.restore("--replace") == 2
    assert "has " in (told := capsys.readouterr().err)
    assert "open" in told
    assert file_place.holds() == [file_place.copied, file_place.lost]


def test_an_endpoint_waits_outside_while_a_copy_is_restored(file_place: Place) -> None:
    lock = os.open(f"{make_url(file_place.url).database}-lock", os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(Unavailable, match="being restored"), serving_from(make_url(file_place.url)):
        pass
    command = [*forked("plugins.booking"), "serve", "--port", "0"]
    environment = os.environ | file_place.environment
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "being restored" in done.stderr
    os.close(lock)


def test_a_damaged_copy_changes_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    whole = place.file.read_bytes()
    place.file.write_bytes(whole[: len(whole) * 2 // 3])
    assert place.restore("--replace") == 1
    assert "is damaged" in capsys.readouterr().err
    assert place.holds() == [place.copied, place.lost]
    assert not list(place.file.parents[1].glob("*before_restore*"))


@pytest.mark.parametrize(("version", "told"), [("9999", "upgrade first"), ("ae10", "none of this endpoint's")])
def test_a_later_or_foreign_schema_is_refused(
    place: Place, version: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_version(place, version)
    with place.opened() as engine:
        back_up(engine, place.file.with_name("later"))
    set_version(place, newest())
    place.file = place.file.with_name("later")
    assert place.restore("--replace") == 2
    assert told in capsys.readouterr().err
    assert place.holds() == [place.copied, place.lost]


def test_after_going_back_its_own_copies_are_restored(place: Place) -> None:
    # A database that a later version has migrated is used as it is; so are the copies of it.
    set_version(place, f"{int(newest()) + 1:04}")
    with place.opened() as engine:
        back_up(engine, place.file.with_name("later"))
    place.file = place.file.with_name("later")
    assert place.restore("--replace") == 0


def test_a_damaged_database_and_its_log_are_set_aside(file_place: Place) -> None:
    database = Path(str(make_url(file_place.url).database))
    database.write_bytes(b"nonsense" * 1000)
    database.with_name(f"{database.name}-wal").write_bytes(b"a log")
    assert file_place.restore() == 2
    assert file_place.restore("--replace") == 0
    assert file_place.holds() == [file_place.copied]
    aside = sorted(path.name for path in database.parent.glob("booking.db.before_restore_*"))
    assert len(aside) == 2
    assert aside[1] == f"{aside[0]}-wal"
    assert (database.parent / aside[0]).read_bytes() == b"nonsense" * 1000


def test_a_log_without_its_database_is_not_played_over(file_place: Place) -> None:
    database = Path(str(make_url(file_place.url).database))
    log = database.with_name(f"{database.name}-wal")
    with file_place.opened() as engine, engine.begin() as connection:
        connection.execute(text("UPDATE bookings SET name = 'Another'"))
        connection.commit()
        kept = log.read_bytes()
    database.unlink()
    log.write_bytes(kept)  # as whoever moves a database away by hand leaves it
    assert file_place.restore() == 0
    assert file_place.holds() == [file_place.copied]
    (aside,) = database.parent.glob("booking.db.before_restore_*")
    assert aside.read_bytes() == kept


def test_what_was_set_aside_is_never_written_over(
    file_place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("plugins.booking.__main__._now", lambda: _FAR)
    assert file_place.restore("--replace") == 0
    assert file_place.restore("--replace") == 2
    assert "is there already" in capsys.readouterr().err


def test_a_check_tells_what_a_copy_holds_while_all_runs(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with serving_forked(**place.environment, BOOKING_WORKER="off"):
        assert place.restore("--check") == 0
    assert "1 bookings, 0 messages, 2 mails waiting" in capsys.readouterr().out
    assert place.holds() == [place.copied, place.lost]


def test_restored_by_root_a_database_belongs_to_its_user(file_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.append((str(path), user, group)))
    database = Path(str(make_url(file_place.url).database))
    owner = database.stat()
    assert file_place.restore("--replace") == 0
    assert given[-1][0].endswith("/booking.db")
    assert [one[1:] for one in given] == [(owner.st_uid, owner.st_gid)] * 2  # the lock beside it, and itself
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_copy_without_what_was_set_aside_before(content: Path, postgres: Postgres, tmp_path: Path) -> None:
    place = Place(content, postgres.database(), tmp_path)
    assert place.restore("--replace") == 0
    with place.opened() as engine:
        back_up(engine, tmp_path / "next")
    place.file = tmp_path / "next"
    assert place.restore("--replace") == 0
    with place.opened() as engine, engine.begin() as connection:
        schemas = connection.execute(
            text("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before_restore_%'")
        ).scalar_one()
    assert schemas == 2


def set_version(place: Place, version: str) -> None:
    with place.opened() as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
