"""The commands of whoever writes and publishes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from plugins.publishing import devserver


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser("python -m plugins.publishing", description="Scrivere e pubblicare.")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("devserver", help="il sito mentre si scrive, ricostruito a ogni salvataggio")
    serving.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args(arguments)
    return devserver.run(Path.cwd(), asked.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
