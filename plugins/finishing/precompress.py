"""Precompression: .gz and .br files beside texts, for web servers that serve them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plugins.content.output_folder import add_names, names_in, remove, save_names

TEXTS = {".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest"}
# Below it a packed answer fits into the same packets.
LEAST = 256
_SUFFIXES = (".br", ".gz")
# Written anew by many a build: at its best Brotli takes twice as long for them, to save two bytes in a hundred.
_PAGES = {".html", ".xml"}
_BEST, _PAGE = 11, 10

# Size, times and number of a file.
Stamp = tuple[int, int, int, int]


def packed(content: bytes, quality: int = _BEST) -> Iterator[tuple[str, bytes]]:
    """The packed forms of a content by their suffix, those that are smaller; the same for the same content."""
    if len(content) < LEAST:
        return
    import brotli

    for suffix, form in (
        (".br", brotli.compress(content, quality=quality, mode=brotli.MODE_TEXT)),
        # Without a time in it (RFC 1952, 2.3.1): two builds of one content are alike.
        (".gz", gzip.compress(content, compresslevel=9, mtime=0)),
    ):
        if len(form) < len(content):
            yield suffix, form


def pack(output: Path, stages: Iterable[Iterable[Path]], cache: Path, record: Path) -> None:
    """Put beside each text of a site its packed forms, where they are not those of the same text already.

    The files of a site come in `stages`, each when it is there. What is no page is packed at its best, once: its forms
    come from `cache`. `record` names what is put there, so that it goes with its text, and beside it lies which texts
    it was made of.
    """
    made_of = record.with_suffix(".json")
    before, made = _load(made_of), dict[str, tuple[Stamp, list[str]]]()
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        for site in stages:
            texts = _texts(output, site)
            # Before they are put there: what is noted is ours, whatever becomes of this build.
            add_names(record, {f"{name}{suffix}" for name in texts for suffix in _SUFFIXES} - names_in(record))
            kept = {name: before[name][1] for name, stamp in texts.items() if _is_packed(output, name, stamp, before)}
            fresh = [name for name in texts if name not in kept]
            kept |= zip(fresh, workers.map(lambda name: _put(output / name, cache), fresh), strict=True)
            made |= {name: (texts[name], suffixes) for name, suffixes in kept.items()}
    _put_down(output, record, {f"{name}{suffix}" for name, (_, suffixes) in made.items() for suffix in suffixes})
    _keep(made_of, json.dumps(made).encode())


def _texts(output: Path, site: Iterable[Path]) -> dict[str, Stamp]:
    """The texts among these files that are worth packing, by their names."""
    files = {str(file.relative_to(output)): _stamp(file) for file in site if file.suffix in TEXTS and file.is_file()}
    return {name: stamp for name, stamp in files.items() if stamp[0] >= LEAST}


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


def _load(made_of: Path) -> dict[str, tuple[list[int], list[str]]]:
    """Which text was packed to which forms, by its name; nothing where that is not known."""
    try:
        kept: dict[str, tuple[list[int], list[str]]] = json.loads(made_of.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept


def _is_packed(output: Path, name: str, stamp: Stamp, before: Mapping[str, tuple[list[int], list[str]]]) -> bool:
    """Whether the packed forms of a text lie beside it already."""
    known, suffixes = before.get(name, ([], []))
    return known == list(stamp) and all(os.path.isfile(f"{output}/{name}{suffix}") for suffix in suffixes)


def _stamp(file: Path) -> Stamp:
    told = file.stat()
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino


def _put(file: Path, cache: Path) -> list[str]:
    """Put the packed forms of a text beside it, and tell their suffixes; one that would not be smaller is none."""
    content = file.read_bytes()
    forms = dict(packed(content, _PAGE)) if file.suffix in _PAGES else _best(content, cache)
    for suffix, form in forms.items():
        _keep(file.with_name(f"{file.name}{suffix}"), form)
    return list(forms)


def _best(content: bytes, cache: Path) -> dict[str, bytes]:
    """The packed forms of a text, which the cache has from then on."""
    name = hashlib.sha256(content).hexdigest()
    places = {suffix: cache / f"{name}{suffix}" for suffix in _SUFFIXES}
    if not all(place.is_file() for place in places.values()):
        cache.mkdir(parents=True, exist_ok=True)
        for suffix, form in packed(content):
            _keep(places[suffix], form)
    return {suffix: place.read_bytes() for suffix, place in places.items() if place.is_file()}


def _keep(file: Path, content: bytes) -> None:
    """Write a file under its name only when it is whole: another build may be looking for it."""
    part = file.with_name(f"{file.name}.{os.getpid()}{threading.get_ident()}.part")
    part.write_bytes(content)
    part.replace(file)
