"""Radicale, which the tests have, and Xandikos, which is installed from PyPI into a temporary folder.

They run as whoever runs the tests, whose Python another user may not reach.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path

from tests.booking.calendars.radicale import running_radicale
from tests.booking.calendars.servers.account import PASSWORD, USER, Account, Running, Server
from tests.booking.calendars.servers.processes import answers, free_port, process, run

_XANDIKOS = "xandikos==0.4.10"


@contextmanager
def _radicale(folder: Path) -> Running:
    with running_radicale(folder) as server:
        server.empty()
        yield Account(f"{server.collection}/", server.collection.rpartition("/")[0] + "/")


@contextmanager
def _xandikos(folder: Path) -> Running:
    environment, port, behind = folder / "environment", free_port(), free_port()
    run(folder, [sys.executable, "-m", "venv", environment], user=None)
    pip = [environment / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    run(folder, [*pip, _XANDIKOS], user=None)
    (folder / "data").mkdir()
    serving = [environment / "bin/xandikos", "serve", "-d", folder / "data", "-l", "127.0.0.1", "-p", str(behind)]
    home, calendars = f"http://127.0.0.1:{port}/{USER}/", f"http://127.0.0.1:{port}/{USER}/calendars/"
    ready = answers(f"http://127.0.0.1:{behind}/")
    proxy = [sys.executable, Path(__file__).with_name("basic_auth.py"), str(port), str(behind)]
    with (
        process(folder, [*serving, "--defaults", "--current-user-principal", f"/{USER}/"], ready, user=None),
        process(folder, proxy, answers(home, 401), {"LOGIN": f"{USER}:{PASSWORD}"}, user=None),
    ):
        yield Account(f"{calendars}calendar/", calendars)


RADICALE = Server("radicale", lambda: None, _radicale)
XANDIKOS = Server("xandikos", lambda: None, _xandikos)
