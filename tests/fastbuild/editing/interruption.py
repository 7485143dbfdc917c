"""A build that is cut off: while it reads and renders, or while it writes."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.fastbuild.builder import Builder
from tests.fastbuild.commanding import Command

_LONGEST = 2.0  # seconds: a build that writes nothing is cut off after its end
_LOOK = 0.001


def cut_off(builder: Builder | Command, output: Path, chance: random.Random, **settings: object) -> str:
    """Begin a build, kill its process wherever it is, and return where that was meant to be."""
    moment = chance.random()
    before = _entries(output)
    builder.start(**settings)
    if moment < 0.5:
        time.sleep(moment)
        told = "cut off"
    else:
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end and _entries(output) == before:
            time.sleep(_LOOK)
        # The files of one build are written within some hundredths of a second.
        time.sleep(0.1 * (moment - 0.5))
        told = "cut off while writing"
    builder.kill()
    return told


def _entries(folder: Path) -> dict[Path, int]:
    """What is in a folder and below, by when it was written; what goes meanwhile has gone."""
    found = {}
    for path in folder.rglob("*"):
        try:
            found[path] = path.lstat().st_mtime_ns
        except FileNotFoundError:
            continue
    return found
