"""Server commands for whoever runs a server to push to (in English)."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from plugins.publishing import follow, install, upgrade
from plugins.publishing.ownership import denied, refusal
from plugins.publishing.release import rebuild, rollback, scheduled_posts
from plugins.publishing.release.server_folders import Server

COMMANDS = ("install", "rollback", "upgrade", "due", "follow", "rebuild")


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add these commands to those of a command line."""
    helps = (
        "makes a server to push to",
        "the release before",
        "code and theme of a revision",
        "what is due goes out",
        "the content of a repository elsewhere",
        "the live site from nothing",
    )
    for name, words in zip(COMMANDS, helps, strict=True):
        command: argparse.ArgumentParser = commands.add_parser(name, help=words)
        command.add_argument("root", type=Path, metavar="ROOT")
        if name == "upgrade":
            wanted = command.add_mutually_exclusive_group(required=True)
            wanted.add_argument("revision", metavar="REVISION", nargs="?")
            wanted.add_argument("--back", action="store_true", help="the code and theme that ran before")
        if name == "install":
            command.add_argument("--user", help="whose the folder is to be; said by root")
            command.add_argument("--settings", type=Path, help="the endpoint's settings; /etc/maglia/env if left out")
            command.add_argument("--units", type=Path, metavar="FOLDER", help="where to write the units of systemd")
            command.add_argument("--python", help="an interpreter that has all requirements, instead of an own one")
        if name == "follow":
            command.add_argument("source", metavar="REPOSITORY", nargs="?", help="its address; remembered")
            command.add_argument("--branch", help="main if left out; remembered")
        if name == "due":
            command.add_argument(
                "--today", type=date.fromisoformat, help="an ISO date; the owner's own day if left out"
            )


def run(asked: argparse.Namespace) -> int:
    """Run one of these commands and return its exit code."""
    # The web server reads what is written here, as whatever user it runs.
    os.umask(0o022)
    # Without `..`: it goes into units and crontabs, and the folder that it is typed from may go.
    asked.root = Path(os.path.abspath(asked.root))
    try:
        if line := refusal(asked.root, _as_typed(asked)):
            return _sorry(line)
        return _run(asked)
    except PermissionError as error:
        return _sorry(denied(error))
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip() if isinstance(error.stderr, bytes) else ""
        return _sorry(f"{shlex.join(map(str, error.cmd))} failed: {' '.join(said.split())}")


def _run(asked: argparse.Namespace) -> int:
    if asked.command == "install":
        wishes = install.Wishes(asked.user, asked.settings, asked.units, asked.python)
        return install.run(asked.root, _say, wishes)
    server = Server(asked.root)
    if not server.is_installed():
        return _sorry(f"{asked.root} is no server to push to: make it with the command install.")
    match asked.command:
        case "rollback":
            return rollback.run(server, _say)
        case "upgrade":
            return upgrade.back(server, _say) if asked.back else upgrade.run(server, asked.revision, _say)
        case "rebuild":
            return rebuild.run(server, _say)
        case "follow":
            return follow.run(server, asked.source, asked.branch, _say)
        case _:
            return scheduled_posts.run(server, asked.today.isoformat() if asked.today else None, _say)


def _as_typed(asked: argparse.Namespace) -> list[str]:
    source = getattr(asked, "source", None)
    words = [getattr(asked, "revision", None), source and follow.shown(source)]
    options = ["--back"] if getattr(asked, "back", False) else []
    python = _python_of(Server(asked.root))
    command = [python, "-m", "plugins.publishing", asked.command, str(asked.root)]
    return [*command, *(word for word in words if word), *options]


def _python_of(server: Server) -> str:
    try:
        return server.python
    except OSError:
        return sys.executable


def _sorry(line: str) -> int:
    print(line, file=sys.stderr)
    return 1


def _say(line: str) -> None:
    print(line, flush=True)
