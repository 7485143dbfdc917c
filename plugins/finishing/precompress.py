"""Precompression: .gz and .br files beside texts, for web servers that serve them."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plugins.content.output_folder import names_in, remove, save_names

TEXTS = {".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest"}
# Below it a packed answer fits into the same packets.
LEAST = 256
_SUFFIXES = (".br", ".gz")


def packed(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The packed forms of a content by their suffix, those that are smaller; the same for the same content."""
    if len(content) < LEAST:
        return
    import brotli

    for suffix, form in (
        (".br", brotli.compress(content, quality=11, mode=brotli.MODE_TEXT)),
        # Without a time in it (RFC 1952, 2.3.1): two builds of one content are alike.
        (".gz", gzip.compress(content, compresslevel=9, mtime=0)),
    ):
        if len(form) < len(content):
            yield suffix, form


def pack(output: Path, site: Iterable[Path], cache: Path, record: Path) -> None:
    """Put beside each text of a site its packed forms; those of a text packed before come from `cache`.

    `record` names what is put there, so that it goes with its text.
    """
    cache.mkdir(parents=True, exist_ok=True)
    files = [file for file in site if file.suffix in TEXTS and file.is_file()]
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        forms = {
            file.with_name(file.name + form.suffix): form
            for file, kept in zip(files, workers.map(lambda file: _forms(file, cache), files), strict=True)
            for form in kept
        }
        # Before they are put there: what is noted is ours, whatever becomes of this build.
        _put_down(output, record, {str(place.relative_to(output)) for place in forms})
        list(workers.map(lambda place: _keep(place, forms[place].read_bytes()), forms))


def unpack(output: Path, record: Path) -> None:
    """Take the packed forms away that were put beside the texts: these are not as they were."""
    if record.exists():
        _put_down(output, record, set())


def _put_down(output: Path, record: Path, names: set[str]) -> None:
    """Take away what was put there before and is no packed form now, and note what is."""
    before = names_in(record)
    remove(output, sorted(before - names))
    if names != before:
        save_names(record, names)


def _forms(file: Path, cache: Path) -> list[Path]:
    """The packed forms of a text, in the cache; one that would not be smaller is none."""
    content = file.read_bytes()
    name = hashlib.sha256(content).hexdigest()
    kept = [cache / f"{name}{suffix}" for suffix in _SUFFIXES]
    if not all(one.is_file() for one in kept):
        for suffix, form in packed(content):
            _keep(cache / f"{name}{suffix}", form)
    return [one for one in kept if one.is_file()]


def _keep(file: Path, content: bytes) -> None:
    """Write a file under its name only when it is whole: another build may be looking for it."""
    part = file.with_name(f"{file.name}.{os.getpid()}{threading.get_ident()}.part")
    part.write_bytes(content)
    part.replace(file)
