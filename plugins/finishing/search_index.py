"""Search index, made by Pagefind from the built pages: whole words and Italian stems."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path

from plugins.content.output_folder import names_in, record_of, remove, save_names
from plugins.finishing.elisions import parted

FOLDER = "pagefind"
# Pagefind brings widgets of its own; the theme has its own form.
_WIDGETS = ("pagefind-*ui.*", "pagefind-highlight.js")
_ENTRY = "pagefind-entry.json"
# How pages are prepared for it: another number has every index made again.
_READING = 3


class SearchIndexError(Exception):
    """Pagefind ended without an index; the message is what it said."""


def bring_up_to_date(output: Path, cache: Path, changed: Collection[str] | None = None) -> None:
    """Index the pages of a built site whose `main` asks for it, unless the index there is of the same words.

    `changed` are the files that are not what they were at the last build into this folder, None where that is not
    known; `cache` keeps what was indexed. Raises SearchIndexError.
    """
    record = record_of(cache, "indexed", output).with_suffix(".json")
    before: dict[str, str] = _load(record)
    excerpts = record_of(cache, "excerpts", output).with_suffix("")
    if not before:
        # Of a run that was cut off: nobody knows how far it has come.
        shutil.rmtree(excerpts, ignore_errors=True)
    pages = output.rglob("*.html") if changed is None or not before else map(Path, changed)
    read = {os.path.relpath(page, output): _excerpt(page) for page in pages if page.suffix == ".html"}
    now = {} if changed is None else {name: words for name, words in before.items() if name not in read}
    now |= {name: hashlib.sha256(words.encode()).hexdigest() for name, words in read.items() if words}
    now["pagefind"] = f"{version('pagefind')} {_READING}"
    if now == before and (output / FOLDER / _ENTRY).is_file():
        return
    record.unlink(missing_ok=True)
    for name in before.keys() - now.keys():
        (excerpts / name).unlink(missing_ok=True)
    for name, words in read.items():
        if words and now[name] != before.get(name):
            (excerpts / name).parent.mkdir(parents=True, exist_ok=True)
            (excerpts / name).write_text(parted(words), encoding="utf-8")
    if excerpts.is_dir():
        _index(excerpts, output, record_of(cache, "index", output))
    else:
        take_away(output, cache)
    _save(record, now)


def take_away(output: Path, cache: Path) -> None:
    """Remove the index from a built site: better none than one of other words."""
    manifest = record_of(cache, "index", output)
    remove(output, sorted(names_in(manifest)))
    manifest.unlink(missing_ok=True)


def _excerpt(page: Path) -> str:
    """What Pagefind reads of a page, for that is the smallest part of one; empty of a page that it is not to read."""
    html = page.read_text(encoding="utf-8") if page.is_file() else ""
    main = html.find("<main")
    if main < 0 or "data-pagefind-body" not in html[main : html.find(">", main)]:
        return ""
    language = html[: html.find(">", html.find("<html")) + 1]
    return f"{language}<body>{html[main : html.rfind('</main>')]}</main></body></html>"


def _load(record: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept


def _save(record: Path, now: dict[str, str]) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    part = record.with_name(f"{record.name}.{os.getpid()}")
    part.write_text(json.dumps(now), encoding="utf-8")
    part.replace(record)


def _index(excerpts: Path, output: Path, manifest: Path) -> None:
    """Index excerpts of a built site; the index before stays until the new one is there. `manifest` names its files.

    Raises SearchIndexError.
    """
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "pagefind", "--site", str(excerpts), "--output-path", made]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SearchIndexError(f"{done.stdout}{done.stderr}")
        for pattern in _WIDGETS:
            for widget in Path(made).glob(pattern):
                widget.unlink()
        files = [file for file in Path(made).rglob("*") if file.is_file()]
        # The entry last: it names the others, by what is in them.
        files.sort(key=lambda file: (file.name == _ENTRY, file))
        names = [f"{FOLDER}/{file.relative_to(made).as_posix()}" for file in files]
        before = names_in(manifest)
        save_names(manifest, before.union(names))
        for file, name in zip(files, names, strict=True):
            place = output / name
            if place.is_file() and filecmp.cmp(file, place, shallow=False):
                continue  # of a page that says what it said: nobody has to fetch, copy or send it again
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f"{place.name}.{os.getpid()}.part")
            shutil.copyfile(file, part)
            part.replace(place)
    remove(output, sorted(before.difference(names)))
    save_names(manifest, names)
