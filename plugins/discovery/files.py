"""Files that are made beside the pages, told to whoever takes away what is no longer written."""

from __future__ import annotations

from pathlib import Path

from pelican import signals


def write(output: Path, name: str, content: bytes | str) -> None:
    """Write a file at its address below the output folder."""
    path = output / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    signals.content_written.send(str(path), context=None)
