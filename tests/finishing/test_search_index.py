"""The search index of a built site, brought up to date."""

from __future__ import annotations

import shutil
from pathlib import Path

from plugins.content.output_folder import MARK
from plugins.finishing.search_index import FOLDER, bring_up_to_date
from tests.fastbuild.builder import tree


def _page(output: Path, name: str, words: str) -> Path:
    file = output / name / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    body = f"<main data-pagefind-body><h1>{name}</h1><p>{words}</p></main>"
    file.write_text(f'<!doctype html><html lang="it"><head><title>{name}</title></head><body>{body}</body></html>')
    return file


def test_an_index_keeps_the_files_of_unchanged_pages(tmp_path: Path) -> None:
    output, cache = tmp_path / "output", tmp_path / "cache"
    output.mkdir()
    (output / MARK).touch()
    for name in ("uno", "due", "tre"):
        _page(output, name, f"le parole di {name}")
    bring_up_to_date(output, cache)
    before = {file: file.stat().st_ino for file in (output / FOLDER).rglob("*.pf_fragment")}
    assert len(before) == 3
    changed = _page(output, "due", "altre parole")
    bring_up_to_date(output, cache, [str(changed)])
    now = {file: file.stat().st_ino for file in (output / FOLDER).rglob("*.pf_fragment")}
    assert len(now) == 3
    assert len(before.items() & now.items()) == 2
    entry = output / FOLDER / "pagefind-entry.json"
    assert entry.is_file()
    made = tree(output / FOLDER)
    shutil.rmtree(output / FOLDER)
    bring_up_to_date(output, tmp_path / "another")
    assert tree(output / FOLDER) == made
