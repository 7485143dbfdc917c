"""Command line of publishing: `python -m plugins.publishing …`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from plugins import __version__
from plugins.content.active_locale import activate_locale
from plugins.content.broken_pipe import run_command
from plugins.content.timezone_data import use_newest
from plugins.domain.language import _
from plugins.publishing import server_commands
from plugins.publishing.checks import check_command
from plugins.publishing.doctor import command as doctor
from plugins.publishing.importing import import_command
from plugins.publishing.start import start_command
from plugins.publishing.writing import devserver
from plugins.publishing.writing.new_post import new_post
from plugins.publishing.writing.new_translation import new_translation


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    use_newest()
    activate_locale(Path("content"))
    parser = argparse.ArgumentParser("python -m plugins.publishing", description=_("Scrivere e pubblicare."))
    parser.add_argument("--version", action="version", version=f"Maglia {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    check_command.add_commands(commands)
    start_command.add_command(commands)
    writing = commands.add_parser("new", help=_("prepara un nuovo articolo, in bozza"))
    writing.add_argument("title")
    writing.add_argument("--language", help=_("la lingua in cui tradurre il testo di quel titolo"))
    writing.add_argument("--content", type=Path, default=Path("content"))
    serving = commands.add_parser("devserver", help=_("il sito mentre si scrive, ricostruito a ogni salvataggio"))
    serving.add_argument("--host", default="0.0.0.0", help=_("0.0.0.0 per aprirlo anche dal telefono"))
    serving.add_argument("--port", type=int, default=8000)
    import_command.add_command(commands)
    server_commands.add_commands(commands)
    doctor.add_command(commands)
    asked = parser.parse_args(arguments)
    if asked.command in server_commands.COMMANDS:
        return server_commands.run(asked)
    match asked.command:
        case "check" | "leftovers":
            return check_command.run(asked)
        case "start":
            return start_command.run(asked)
        case doctor.NAME:
            return doctor.run(asked)
        case "new":
            return _new(asked.content, asked.title, asked.language)
        case "import":
            return import_command.run(asked)
        case _:
            return devserver.run(Path.cwd(), asked.host, asked.port)


def _new(content: Path, title: str, language: str | None) -> int:
    try:
        path = new_translation(content, title, language) if language else new_post(content, title, date.today())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(_("Ecco la bozza: %(file)s", file=path))
    return 0


if __name__ == "__main__":
    sys.exit(run_command(lambda: main(sys.argv[1:])))
