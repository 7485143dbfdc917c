"""Runs the endpoint against six CalDAV servers, and prints what was right on each: `make soak-calendars`.

`python -m tests.booking.calendars.servers [NAME …] [--without NAME …]`. On Debian, as root, it installs what they need.
A server that cannot be had is told, and is a fault unless it was left out by name.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.booking.calendars.servers.account import Account, Server
from tests.booking.calendars.servers.cyrus import CYRUS
from tests.booking.calendars.servers.davical import DAVICAL
from tests.booking.calendars.servers.python_servers import RADICALE, XANDIKOS
from tests.booking.calendars.servers.sabre import SABRE
from tests.booking.calendars.servers.scenarios import SCENARIOS, Scene
from tests.booking.calendars.servers.sogo import SOGO

SERVERS = (RADICALE, XANDIKOS, CYRUS, DAVICAL, SOGO, SABRE)
PACKAGES = {
    "cyrus": ("cyrus-imapd", "cyrus-caldav", "sasl2-bin"),
    "davical": ("davical", "php-cli", "php-pgsql", "postgresql"),
    "sogo": ("sogo", "postgresql"),
    "sabre": ("php-sabre-dav", "php-cli", "php-sqlite3"),
}


def main(arguments: list[str]) -> int:
    """Run what was asked for; return 0 where all was right on each server."""
    names = [one.name for one in SERVERS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers", nargs="*", default=names, metavar="NAME", help=f"of {', '.join(names)}; all")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="servers that may be missing")
    asked = parser.parse_args(arguments)
    if unknown := {*asked.servers, *asked.without} - set(names):
        parser.error(f"no such server: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    table: dict[str, Mapping[str, str]] = {}
    for server in SERVERS:
        if server.name not in asked.servers or server.name in asked.without:
            continue
        table[server.name] = _tried(server)
    wrong = {
        f"{name}, {scenario}: {said}"
        for name, column in table.items()
        for scenario, said in column.items()
        if said != "right"
    }
    print(_drawn(table))
    print("\n".join(sorted(wrong)))
    ran = sum(len(column) for column in table.values())
    print(f"{ran - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not ran else 0


def _tried(server: Server) -> Mapping[str, str]:
    _install(PACKAGES.get(server.name, ()))
    if missing := server.missing():
        return {"start": f"it cannot be run here: {missing}"}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"maglia-{server.name}-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # the server's user passes through it
        (folder / "server").mkdir()
        try:
            with server.running(folder / "server") as account:
                column = {name: _outcome(name, scenario, account, folder) for name, scenario in SCENARIOS.items()}
        except Exception as error:
            traceback.print_exc()
            column = {"start": f"it does not run: {' '.join(str(error).split())[:300]}"}
    print(f"{server.name}: {time.monotonic() - began:.0f} seconds", flush=True)
    return column


def _outcome(name: str, scenario: Callable[[Scene], None], account: Account, folder: Path) -> str:
    place = Path(tempfile.mkdtemp(dir=folder))
    try:
        account.clear()
        scenario(Scene(account, place, lambda: f"sqlite:///{place}/booking.db"))
    except AssertionError as error:
        if os.environ.get("TRACEBACKS"):
            traceback.print_exc()
        return " ".join(str(error).split())[:200] or f"not as it should be, line {_line(error)}"
    except Exception as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"[:200]
    return "right"


def _line(error: BaseException) -> int:
    lines = [one.lineno or 0 for one in traceback.extract_tb(error.__traceback__) if "scenarios" in one.filename]
    return lines[-1] if lines else 0


def _install(packages: tuple[str, ...]) -> None:
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status}\n", *packages]
    if not packages or os.geteuid() != 0:
        return
    known = subprocess.run(query, capture_output=True, text=True)
    if known.returncode == 0 and set(known.stdout.split()) == {"installed"}:
        return
    print(f"Installing {' '.join(packages)} …", flush=True)
    # Their services are not started: what runs here is started, and ended, by this script.
    policy, own = Path("/usr/sbin/policy-rc.d"), not Path("/usr/sbin/policy-rc.d").exists()
    if own:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, timeout=300)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=900)
    finally:
        if own:
            policy.unlink()


def _drawn(table: Mapping[str, Mapping[str, str]]) -> str:
    rows = list(dict.fromkeys([name for column in table.values() for name in column]))
    width = max(map(len, rows), default=0)
    lines = [" " * width + "  " + "  ".join(f"{name:>8}" for name in table)]
    for row in rows:
        marks = (
            "-" if row not in column else "right" if column[row] == "right" else "WRONG" for column in table.values()
        )
        lines.append(f"{row:<{width}}  " + "  ".join(f"{mark:>8}" for mark in marks))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
