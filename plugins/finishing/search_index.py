"""Search index, made by Pagefind from the built pages: whole words and Italian stems."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from importlib.metadata import version
from pathlib import Path

from plugins.content.output_folder import names_in, record_of, remove, save_names
from plugins.finishing.elisions import copy_parted

FOLDER = "pagefind"
# Pagefind brings widgets of its own; the theme has its own form.
_WIDGETS = ("pagefind-*ui.*", "pagefind-highlight.js")
_ENTRY = "pagefind-entry.json"
# How pages are prepared for it: another number has every index made again.
_READING = 2


class SearchIndexError(Exception):
    """Pagefind ended without an index; the message is what it said."""


def bring_up_to_date(output: Path, cache: Path, changed: Collection[str] | None = None) -> None:
    """Index the pages of a built site whose `main` asks for it, unless the index there is of the same words.

    `changed` are the files that are not what they were at the last build into this folder, None where that is not
    known; `cache` keeps what was indexed. Raises SearchIndexError.
    """
    record = record_of(cache, "indexed", output).with_suffix(".json")
    before: dict[str, str] = _load(record)
    now = (
        _indexable(output, output.rglob("*.html"))
        if changed is None or not before
        else _amended(before, changed, output)
    )
    now["pagefind"] = f"{version('pagefind')} {_READING}"
    if now != before or not (output / FOLDER / _ENTRY).is_file():
        record.unlink(missing_ok=True)
        index(output, record_of(cache, "index", output))
        _save(record, now)


def take_away(output: Path, cache: Path) -> None:
    """Remove the index from a built site: better none than one of other words."""
    manifest = record_of(cache, "index", output)
    remove(output, sorted(names_in(manifest)))
    manifest.unlink(missing_ok=True)


def _amended(before: dict[str, str], changed: Collection[str], output: Path) -> dict[str, str]:
    pages = {Path(path) for path in changed if path.endswith(".html")}
    gone = {os.path.relpath(page, output) for page in pages}
    kept = {name: words for name, words in before.items() if name not in gone}
    return kept | _indexable(output, pages)


def _indexable(output: Path, pages: Iterable[Path]) -> dict[str, str]:
    """A digest of what Pagefind reads of each page that it reads, by the page's place."""
    found = {}
    for page in pages:
        html = page.read_text(encoding="utf-8") if page.is_file() else ""
        main = html.find("<main")
        if main >= 0 and "data-pagefind-body" in html[main : html.find(">", main)]:
            said = html[: html.find(">", html.find("<html"))] + html[main : html.rfind("</main>")]
            found[os.path.relpath(page, output)] = hashlib.sha256(said.encode()).hexdigest()
    return found


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


def index(output: Path, manifest: Path) -> None:
    """Index a built site; the index before stays until the new one is there. `manifest` names its files.

    Raises SearchIndexError.
    """
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as read:
        copy_parted(output, Path(read))
        command = [sys.executable, "-m", "pagefind", "--site", read, "--output-path", made]
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
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f"{place.name}.{os.getpid()}.part")
            shutil.copyfile(file, part)
            part.replace(place)
    remove(output, sorted(before.difference(names)))
    save_names(manifest, names)
