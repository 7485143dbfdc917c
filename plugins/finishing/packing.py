"""What travels as text is packed once, at its best, for web servers that hand out a file's packed neighbour."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli

TEXTS = {".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest"}
# Below it a packed answer fits into the same packets.
LEAST = 256


def packed(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The packed forms of a content by their suffix, those that are smaller; the same for the same content."""
    if len(content) < LEAST:
        return
    for suffix, form in (
        (".br", brotli.compress(content, quality=11, mode=brotli.MODE_TEXT)),
        # Without a time in it (RFC 1952, 2.3.1): two builds of one content are alike.
        (".gz", gzip.compress(content, compresslevel=9, mtime=0)),
    ):
        if len(form) < len(content):
            yield suffix, form


def pack(output: Path) -> None:
    """Put beside each text of a site its packed forms."""
    files = [file for file in sorted(output.rglob("*")) if file.suffix in TEXTS and file.is_file()]
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        list(workers.map(_pack, files))


def _pack(file: Path) -> None:
    for suffix, form in packed(file.read_bytes()):
        file.with_name(file.name + suffix).write_bytes(form)
