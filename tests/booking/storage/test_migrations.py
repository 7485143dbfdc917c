"""A new version brings the database to its schema while processes of the version before go on writing."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Integer, MetaData, Table, func, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError, SAWarning

from plugins.booking.storage.engine import open_engine, queue_for_writing, writing
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.migrate import MIGRATIONS, migrate, newest, schema_of
from plugins.booking.storage.outbox import Outbox
from tests.booking.migrated import bring
from tests.booking.office import NOW

WRITERS, ROUNDS = 2, 15
_CONFIG = Config()
_CONFIG.set_main_option("script_location", str(MIGRATIONS))
# A claim may be a hold's since then; the version before reads of no claim whose it is, and names a booking in its own.
LOOSENED = {("0014", "claims", "booking_id"), ("0017", "seats", "booking_id")}
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory.from_config(_CONFIG).walk_revisions()))]


@pytest.fixture
def empty(unmigrated_url: str) -> Iterator[Engine]:
    """A database without tables."""
    opened = open_engine(make_url(unmigrated_url))
    yield opened
    opened.dispose()


def columns(connection: Connection) -> dict[tuple[str, str], tuple[str, bool, bool]]:
    """Every column: its type, whether it may be left out, whether it may be empty."""
    found = inspect(connection)
    return {
        (table, column["name"]): (
            str(column["type"]),
            bool(column["nullable"] or column.get("default") is not None),
            bool(column["nullable"]),
        )
        for table in found.get_table_names()
        for column in found.get_columns(table)
    }


def test_every_migration_keeps_what_the_previous_version_reads_and_writes(empty: Engine) -> None:
    before: dict[tuple[str, str], tuple[str, bool, bool]] = {}
    for revision in REVISIONS:
        with writing(empty).begin() as connection:
            queue_for_writing(connection)
            bring(connection, revision)
        with empty.begin() as connection:
            after = columns(connection)
        for table, column in {(table, column) for at, table, column in LOOSENED if at == revision}:
            kind, *_ = before[table, column]
            before[table, column] = (kind, True, True)
        assert before.items() <= after.items(), revision
        tables = {table for table, _ in before}
        for (table, column), (_, may_be_left_out, _) in after.items():
            # A process of the version before names no new column when it writes a row.
            assert table not in tables or (table, column) in before or may_be_left_out, (revision, table, column)
        before = after


# SQLAlchemy reads no index of an expression, and none is needed to write a row.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_previous_version_processes_keep_queueing_mail_during_a_migration(empty: Engine) -> None:
    with writing(empty).begin() as connection:
        queue_for_writing(connection)
        bring(connection, REVISIONS[-2])
    old = MetaData()
    with empty.begin() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # it passes over indexes of expressions, which are not needed here
        old.reflect(connection)
    began, errors = threading.Barrier(WRITERS + 1), []

    def write(engine: Engine) -> None:
        began.wait()
        try:
            for _ in range(ROUNDS):
                as_before(engine, old)
        except BaseException as error:
            errors.append(error)

    engines = [open_engine(empty.url) for _ in range(WRITERS)]
    threads = [threading.Thread(target=write, args=[engine]) for engine in engines]
    for thread in threads:
        thread.start()
    began.wait()
    migrate(empty)
    for thread in threads:
        thread.join()
    for engine in engines:
        as_before(engine, old)
        engine.dispose()
    assert not errors
    queue, sent = Outbox(empty), 0
    while leased := queue.lease(NOW):
        queue.sent(leased, NOW)
        sent += 1
    assert sent == WRITERS * (ROUNDS + 1)
    with empty.begin() as connection:
        assert connection.execute(select(func.count()).select_from(old.tables["messages"])).scalar_one() == sent


def as_before(engine: Engine, old: MetaData) -> None:
    """Keep a message with its mail, naming the columns that the version before knew."""
    at = int(NOW.timestamp()) * 1_000_000
    name = new_id(NOW)
    message = {"id": name, "name": "Ada", "email": "a@b.it", "message": "Ciao", "created_at": at}
    mail: dict[str, Any] = {"id": name, "about": name, "kind": "message-owner", "sender": "a@b.it"}
    mail |= {"recipient": "c@d.it", "message_id": f"<{name}@x>", "mime": b"Ciao", "state": "pending", "attempts": 0}
    with writing(engine).begin() as connection:
        queue_for_writing(connection)
        connection.execute(old.tables["messages"].insert().values(message))
        connection.execute(old.tables["outbox"].insert().values(mail | {"next_at": at, "created_at": at}))


def test_database_at_the_newest_revision_is_not_migrated(empty: Engine) -> None:
    assert newest() == REVISIONS[-1]
    assert schema_of(empty) is None
    migrate(empty)
    assert schema_of(empty) == newest()
    with patch.object(command, "upgrade") as upgrade:
        migrate(empty)
    assert not upgrade.called


def test_database_of_a_later_version_is_used_unchanged(empty: Engine, caplog: pytest.LogCaptureFixture) -> None:
    migrate(empty)
    later = f"{int(newest()) + 1:04}"
    with writing(empty).begin() as connection:
        queue_for_writing(connection)
        connection.execute(text("update alembic_version set version_num = :later"), {"later": later})
    migrate(empty)
    assert schema_of(empty) == later
    assert f"schema {later}" in caplog.text


def test_revisions_are_ordered_by_their_names() -> None:
    assert sorted(REVISIONS) == REVISIONS
    assert {len(one) for one in REVISIONS} == {4}


def add(connection: Connection, table: Table, **values: object) -> None:
    """Insert a row that says so much, and something in each other column that must not be empty."""
    something = {
        column.name: 0 if isinstance(column.type, Integer) else "x"
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    connection.execute(table.insert().values(something | values))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_seats_taken_before_seats_could_be_held_stay_taken(empty: Engine) -> None:
    old = MetaData()
    with writing(empty).begin() as connection:
        queue_for_writing(connection)
        bring(connection, "0016")
        old.reflect(connection)
        tables = old.tables
        add(connection, tables["holds"], id="group", kind="group", seats=3)
        add(connection, tables["holds"], id="offer", kind="offer", seats=None, expires_at=1)
        for number in range(2):
            add(connection, tables["bookings"], id=f"one{number}", status="confirmed")
            add(connection, tables["seats"], hold_id="group", number=number, seats=3, booking_id=f"one{number}")
        add(connection, tables["claims"], calendar="owner", cell=1, hold_id="group", booking_id=None)
    migrate(empty)

    def refused(statement: str) -> bool:
        try:
            with writing(empty).begin() as connection:
                connection.execute(text(statement))
        except IntegrityError:
            return True
        return False

    into = "INSERT INTO seats (hold_id, number, seats, booking_id, offer_id) VALUES"
    assert refused(f"{into} ('group', 1, 3, NULL, 'offer')")  # taken
    assert refused(f"{into} ('group', 3, 3, NULL, 'offer')")  # one more than there are
    assert refused(f"{into} ('group', 2, 3, 'one1', NULL)")  # she has a seat
    assert refused(f"{into} ('group', 2, 3, NULL, NULL)")
    assert refused(f"{into} ('group', 2, 3, NULL, 'nobody')")
    assert not refused(f"{into} ('group', 2, 3, NULL, 'offer')")
    with writing(empty).begin() as connection:
        connection.execute(text("UPDATE holds SET seats = 4 WHERE id = 'group'"))
        connection.execute(text("DELETE FROM holds WHERE id = 'offer'"))
        connection.execute(text("DELETE FROM bookings WHERE id = 'one0'"))
        rows = connection.execute(text("SELECT hold_id, number, seats, booking_id, offer_id FROM seats")).all()
        assert [tuple(row) for row in rows] == [("group", 1, 4, "one1", None)]
        connection.execute(text("DELETE FROM holds WHERE id = 'group'"))
        assert connection.execute(text("SELECT COUNT(*) FROM seats")).scalar_one() == 0
        assert connection.execute(text("SELECT COUNT(*) FROM claims")).scalar_one() == 0
