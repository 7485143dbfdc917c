"""Builds sites for tests, as the Makefile does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# The sample content as the tests have it: `content/` is whoever's this repository is.
CONTENT = ROOT / "tests" / "sample" / "content"
OWN_CONTENT = ROOT / "content"
SETTINGS = "publishconf.py"
# Where the sample is published: in a fork the settings name another address.
SAMPLE_ADDRESSES = {"SITEURL": "https://stessamaglia.example", "BOOKING_URL": ""}


def build(
    content: Path, output: Path, settings: str = "pelicanconf.py", *options: str
) -> subprocess.CompletedProcess[str]:
    """Build a site into a folder and return how it went."""
    arguments = [
        str(content),
        "-s",
        settings,
        "-o",
        str(output),
        "--fatal",
        "errors",
        *_at_the_sample(settings, options),
    ]
    return subprocess.run(
        [sys.executable, "-m", "pelican", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def sample_settings() -> str:
    """The settings of the public site as they are where it is the sample's."""
    from plugins.publishing.checks.public_settings import with_addresses

    return with_addresses((ROOT / SETTINGS).read_text(encoding="utf-8"), SAMPLE_ADDRESSES)


def _at_the_sample(settings: str, options: Sequence[str]) -> list[str]:
    """Options of a build with the sample's addresses among them, where the settings of this checkout name others."""
    if settings != SETTINGS or sample_settings() == (ROOT / SETTINGS).read_text(encoding="utf-8"):
        return list(options)
    given = " ".join(options)
    pinned = {**SAMPLE_ADDRESSES, "FEED_DOMAIN": SAMPLE_ADDRESSES["SITEURL"]}
    extra = [f'{name}="{value}"' for name, value in pinned.items() if f"{name}=" not in given]
    # Of several `-e` the last one counts alone.
    at = options.index("-e") + 1 if "-e" in options else 0
    return [*options[:at], *extra, *options[at:]] if at else [*options, "-e", *extra]


def copy_checkout(folder: Path, *names: str) -> Path:
    """Copy files and folders of this checkout into a folder, the sample's content and addresses for its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = CONTENT if name == "content" else ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif name == SETTINGS:
            (folder / name).write_text(sample_settings(), encoding="utf-8")
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
