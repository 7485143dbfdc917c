"""Systemd units: those of `deploy/systemd`, with the folder, user and interpreter of an installation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "deploy" / "systemd"
# What stands in the files: they can be copied as they are where all of it holds.
ROOT, USER, SETTINGS = "/srv/maglia", "maglia", "/etc/maglia/env"
# Where an installation remembers the file of its settings.
KEPT = "maglia.settings"
_PYTHON = re.compile(rf"{ROOT}/(?:current-)?code/\.venv/bin/python")
_FIT = re.compile(r"/[\w./@+-]+")


class NoUnitsError(ValueError):
    """No units can be written; the message says why."""


def units(root: Path, user: str, group: str, settings: Path, python: str | None) -> Iterator[tuple[str, str]]:
    """The name and the text of each unit; `python` is one that was given instead of the installation's own."""
    if not TEMPLATES.is_dir():
        # An earlier version's `upgrade` takes out of a commit only what it knew of.
        raise NoUnitsError(f"{TEMPLATES} is missing: run `upgrade` once more, by the code that came in with it")
    for path in (str(root), str(settings), python or "/"):
        if path != "/" and not _FIT.fullmatch(path):
            raise NoUnitsError(f"{path} has a letter that a unit cannot hold: use letters, digits and ./@+-_")
    for template in sorted(TEMPLATES.iterdir()):
        text = template.read_text(encoding="utf-8")
        if python:
            text = _PYTHON.sub(python, text)
        text = re.sub(rf"{re.escape(ROOT)}(?=[/\s])", str(root), text).replace(SETTINGS, str(settings))
        text = text.replace(f"User={USER}\nGroup={USER}\n", f"User={user}\nGroup={group}\n")
        yield template.name, text


def write(folder: Path, texts: Iterator[tuple[str, str]]) -> list[str]:
    """Write units into a folder, each in one step, and return the names of those that were not so already."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in texts:
        file = folder / name
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        beside = folder / f".{name}.next"
        beside.write_text(text, encoding="utf-8")
        os.chmod(beside, 0o644)
        beside.replace(file)
        changed.append(name)
    return changed
