"""Server commands for whoever runs a server to push to (in English)."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from plugins.publishing import follow, install, upgrade
from plugins.publishing.release import rollback, scheduled_posts
from plugins.publishing.release.server_folders import Server

COMMANDS = ("install", "rollback", "upgrade", "due", "follow")


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add these commands to those of a command line."""
    helps = (
        "makes a server to push to",
        "the release before",
        "code and theme of a revision",
        "what is due goes out",
        "the content of a repository elsewhere",
    )
    for name, words in zip(COMMANDS, helps, strict=True):
        command: argparse.ArgumentParser = commands.add_parser(name, help=words)
        command.add_argument("root", type=Path, metavar="ROOT")
        if name == "upgrade":
            command.add_argument("revision", metavar="REVISION")
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
    if asked.command == "install":
        return install.run(asked.root, _say)
    server = Server(asked.root.absolute())
    if not server.is_installed():
        print(f"{asked.root} is no server to push to: make it with the command install.", file=sys.stderr)
        return 1
    match asked.command:
        case "rollback":
            return rollback.run(server, _say)
        case "upgrade":
            return upgrade.run(server, asked.revision, _say)
        case "follow":
            return follow.run(server, asked.source, asked.branch, _say)
        case _:
            return scheduled_posts.run(server, asked.today.isoformat() if asked.today else None, _say)


def _say(line: str) -> None:
    print(line, flush=True)
