"""The index of the search page, made by Pagefind of the pages as they are built: whole words and Italian stems."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = "pagefind"
# Pagefind brings widgets of its own; the theme has its own form.
_WIDGETS = ("pagefind-*ui.*", "pagefind-highlight.js")


class SearchIndexError(Exception):
    """Pagefind ended without an index; the message is what it said."""


def index(output: Path) -> None:
    """Index the pages of a built site whose `main` asks for it; the index before stays until the new one is whole."""
    made = output / f"{FOLDER}.new"
    shutil.rmtree(made, ignore_errors=True)
    command = [sys.executable, "-m", "pagefind", "--site", str(output), "--output-path", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SearchIndexError(f"{done.stdout}{done.stderr}")
    for pattern in _WIDGETS:
        for widget in made.glob(pattern):
            widget.unlink()
    shutil.rmtree(output / FOLDER, ignore_errors=True)
    made.rename(output / FOLDER)
