"""Builds sites for tests, as the Makefile does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "content"


def build(
    content: Path, output: Path, settings: str = "pelicanconf.py", *options: str
) -> subprocess.CompletedProcess[str]:
    """Build a site into a folder and return how it went."""
    arguments = [str(content), "-s", settings, "-o", str(output), "--fatal", "errors", *options]
    return subprocess.run(
        [sys.executable, "-m", "pelican", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def edit(file: Path, old: str, new: str) -> None:
    """Replace words of a file that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
