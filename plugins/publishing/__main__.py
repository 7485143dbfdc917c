"""The commands of whoever writes and publishes."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from plugins.publishing import devserver, operating
from plugins.publishing.check import check
from plugins.publishing.new import new_post
from plugins.publishing.vanished import published


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser("python -m plugins.publishing", description="Scrivere e pubblicare.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="controlla tutti i contenuti")
    checking.add_argument("--content", type=Path, default=Path("content"))
    checking.add_argument(
        "--since", default="@{upstream}", help="il commit pubblicato, per gli indirizzi che spariscono"
    )
    writing = commands.add_parser("new", help="prepara un nuovo articolo, in bozza")
    writing.add_argument("title")
    writing.add_argument("--content", type=Path, default=Path("content"))
    serving = commands.add_parser("devserver", help="il sito mentre si scrive, ricostruito a ogni salvataggio")
    serving.add_argument("--host", default="0.0.0.0", help="0.0.0.0 per aprirlo anche dal telefono")
    serving.add_argument("--port", type=int, default=8000)
    operating.add_commands(commands)
    asked = parser.parse_args(arguments)
    if asked.command in operating.COMMANDS:
        return operating.run(asked)
    match asked.command:
        case "check":
            return _check(asked.content, asked.since)
        case "new":
            return _new(asked.content, asked.title)
        case _:
            return devserver.run(Path.cwd(), asked.host, asked.port)


def _check(content: Path, since: str) -> int:
    if not content.is_dir():
        print(f"La cartella {content} non c’è.", file=sys.stderr)
        return 1
    with published(content, since) as before:
        report = check(content, before, date.today())
    for fault in report.errors:
        print(fault.within(content))
    if report.advice:
        print("\nConsigli, che non fermano la pubblicazione:")
        for fault in report.advice:
            print(fault.within(content))
    if report.errors:
        print(f"\n{_count(len(report.errors), 'errore', 'errori')} da correggere.")
        return 1
    print("\nNessun errore: si può pubblicare." if report.advice else "Nessun errore: si può pubblicare.")
    return 0


def _new(content: Path, title: str) -> int:
    try:
        path = new_post(content, title, date.today())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Ecco la bozza: {path}")
    return 0


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
