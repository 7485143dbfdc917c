"""Builds sites for tests, as the Makefile does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# The sample content as the tests have it: `content/` is whoever's this repository is.
CONTENT = ROOT / "tests" / "sample" / "content"
OWN_CONTENT = ROOT / "content"


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


def copy_checkout(folder: Path, *names: str) -> Path:
    """Copy files and folders of this checkout into a folder, the sample content as its `content`; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = CONTENT if name == "content" else ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def beside_sample() -> dict[str, Any]:
    """How a program of ours is run where the sample content is the one that it finds, for `subprocess.run`."""
    return {"cwd": CONTENT.parent, "env": os.environ | {"PYTHONPATH": str(ROOT)}}


def edit(file: Path, old: str, new: str) -> None:
    """Replace words of a file that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
