"""Cache file: a value kept from one build to the next, written atomically."""

from __future__ import annotations

import contextlib
import os
import pickle
import zlib
from pathlib import Path
from typing import Any


def load(file: Path) -> Any:  # noqa: ANN401 - whatever was kept
    """What a file keeps; None where there is none, or not as it was written."""
    payload = read(file)
    if payload is None:
        return None
    try:
        return pickle.loads(payload)
    except Exception:
        return None  # of another version


def read(file: Path, sum_: int | None = None) -> memoryview | None:
    """The bytes of a file as they were written, and of that sum; None where they are not, or not there."""
    try:
        content = memoryview(file.read_bytes())
    except OSError:
        return None
    # A machine that lost power may have kept the name of a file and not its bytes.
    told, found = int.from_bytes(content[:4], "big"), zlib.crc32(content[4:])
    return content[4:] if len(content) > 4 and told == found and sum_ in (None, found) else None


def save(file: Path, value: object) -> None:
    """Keep a value in a file; where it cannot be written, the next build makes it again."""
    write(file, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def write(file: Path, payload: bytes) -> None:
    """Keep bytes in a file in one step."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            opened.write(zlib.crc32(payload).to_bytes(4, "big"))
            opened.write(payload)
        part.replace(file)
