"""SOGo, from Debian's package, on a PostgreSQL of its own, asked without a web server in between."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.booking.calendars.servers.account import PASSWORD, USER, Account, Running, Server
from tests.booking.calendars.servers.processes import answers, free_port, needs, process
from tests.booking.postgres import running_postgres

_USERS = f"""
CREATE TABLE users (c_uid TEXT PRIMARY KEY, c_name TEXT, c_password TEXT, c_cn TEXT, mail TEXT);
INSERT INTO users VALUES
    ('{USER}', '{USER}', '{hashlib.md5(PASSWORD.encode()).hexdigest()}', 'Bice', 'bice@example.org');
"""


@contextmanager
def _running(folder: Path) -> Running:
    port, database_port = free_port(), free_port()
    with running_postgres(database_port) as postgres:
        with postgres.connect() as connection:
            connection.execute(b"CREATE DATABASE sogo")
        with psycopg.connect(
            host="127.0.0.1", port=database_port, user="postgres", dbname="sogo", autocommit=True
        ) as connection:
            connection.execute(_USERS.encode())
        database = f"postgresql://postgres:none@127.0.0.1:{database_port}/sogo"
        source = (
            f'({{type = sql; id = users; viewURL = "{database}/users"; canAuthenticate = YES; isAddressBook = NO;'
            " userPasswordAlgorithm = md5;})"
        )
        options = {
            "SOGoProfileURL": f"{database}/sogo_user_profile",
            "OCSFolderInfoURL": f"{database}/sogo_folder_info",
            "OCSSessionsFolderURL": f"{database}/sogo_sessions_folder",
            "OCSEMailAlarmsFolderURL": f"{database}/sogo_alarms_folder",
            "SOGoUserSources": source,
            "SOGoTimeZone": "UTC",
            "SOGoMailDomain": "example.org",
            "SOGoAppointmentSendEMailNotifications": "NO",
            "SOGoMemcachedHost": "127.0.0.1",
            "WOPort": f"127.0.0.1:{port}",
            "WOWorkersCount": "2",
            "WOLogFile": "-",
            "WOPidFile": str(folder / "pid"),
            "WONoDetach": "YES",
        }
        command = ["/usr/sbin/sogod", *(part for name, value in options.items() for part in (f"-{name}", value))]
        root = f"http://127.0.0.1:{port}/SOGo/dav/{USER}/"
        # By the user of the package, who alone may read its configuration; what is said above goes before that.
        with process(folder, command, answers(root, 401), user="sogo"):
            account = Account(f"{root}Calendar/personal/", f"{root}Calendar/")
            account.http.request("PROPFIND", account.home, headers={"Depth": "1"}).raise_for_status()
            yield account


SOGO = Server("sogo", lambda: needs("/usr/sbin/sogod"), _running)
