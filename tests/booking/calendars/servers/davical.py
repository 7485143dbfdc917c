"""DAViCal, from Debian's package, on a PostgreSQL of its own, served by PHP itself."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.booking.calendars.servers.account import PASSWORD, USER, Account, Running, Server
from tests.booking.calendars.servers.processes import answers, free_port, needs, process, run
from tests.booking.postgres import Postgres, running_postgres

_HOME = Path("/usr/share/davical")
_CONFIGURATION = """<?php
$c->domain_name = '127.0.0.1';
$c->admin_email = 'nobody@example.org';
$c->pg_connect[] = 'host={host} dbname=davical user=postgres';
"""
_USER = f"""
INSERT INTO usr (active, email_ok, joined, username, password, fullname, email)
    VALUES (true, now(), now(), '{USER}', '**{PASSWORD}', 'Bice', 'bice@example.org');
INSERT INTO principal (type_id, user_no, displayname, default_privileges)
    SELECT 1, user_no, fullname, 0::BIT(24) FROM usr WHERE username = '{USER}';
"""


@contextmanager
def _running(folder: Path) -> Running:
    shutil.copytree(_HOME, folder / "davical", symlinks=False)
    always = folder / "davical/htdocs/always.php"
    configuration = folder / "config.php"
    always.write_text(always.read_text(encoding="utf-8").replace("/etc/davical/config.php", str(configuration)))
    with running_postgres() as postgres:
        configuration.write_text(_CONFIGURATION.format(host=postgres.folder), encoding="utf-8")
        _fill(folder, postgres)
        port = free_port()
        root = f"http://127.0.0.1:{port}/caldav.php/"
        serving = ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", folder / "davical/htdocs"]
        with process(folder, serving, answers(root, 401)):
            account = Account(f"{root}{USER}/lavoro/", f"{root}{USER}/")
            account.http.request("MKCALENDAR", account.collection).raise_for_status()
            yield account


def _fill(folder: Path, postgres: Postgres) -> None:
    # The socket is in a folder of another user, whom all may pass by.
    os.chmod(postgres.folder, 0o755)
    database = {"PGHOST": str(postgres.folder), "PGUSER": "postgres"}
    run(folder, [folder / "davical/dba/create-database.sh", "davical", "nobody", "postgres", "postgres"], **database)
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="davical", autocommit=True) as connection:
        connection.execute(_USER.encode())


DAVICAL = Server("davical", lambda: needs("php", "psql", str(_HOME)), _running)
