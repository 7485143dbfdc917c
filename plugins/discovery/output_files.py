"""Output files written outside of Pelican's writer, reported so that pruning keeps them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pelican.plugins import signals

from plugins.content.output_folder import announced

# Makes a document of all that a template would see; what is a text is a page, and goes through what pages go through.
Maker = Callable[[Mapping[str, Any]], bytes | str]


def write(output: Path, name: str, content: bytes | str) -> None:
    """Write a file at its address below the output folder, unless it is there as it is to be."""
    path, wanted = output / name, content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != wanted:
        announced.send(str(output), paths=[str(path)])
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_bytes(wanted)
        part.replace(path)
    signals.content_written.send(str(path), context=None)
