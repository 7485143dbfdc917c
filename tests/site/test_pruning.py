"""What a build wrote and the next one does not is taken away; what somebody else put there stays."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pelican import Pelican

from plugins.content.output_folder import MARK
from plugins.site.pruning import Written, mark_as_ours


@pytest.fixture
def pelican(tmp_path: Path) -> Pelican:
    output = tmp_path / "output"
    output.mkdir()
    told: Any = SimpleNamespace(output_path=str(output), settings={"CACHE_PATH": str(tmp_path / "cache")})
    return cast(Pelican, told)


def _begun(pelican: Pelican) -> Written:
    written = Written()
    written.begin(pelican)
    mark_as_ours(pelican)
    return written


def _write(written: Written, pelican: Pelican, name: str) -> Path:
    file = Path(pelican.output_path) / name
    written.expect(pelican.output_path, [str(file)])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


def _build(pelican: Pelican, *names: str) -> None:
    written = _begun(pelican)
    for name in names:
        written.add(str(_write(written, pelican, name)))
    written.prune(pelican)


def _left(pelican: Pelican) -> set[str]:
    output = Path(pelican.output_path)
    return {file.relative_to(output).as_posix() for file in output.rglob("*") if file.name != MARK}


def test_file_no_longer_written_is_removed_with_its_empty_folder(pelican: Pelican) -> None:
    _build(pelican, "a/index.html", "b/index.html")
    _build(pelican, "b/index.html")
    assert _left(pelican) == {"b", "b/index.html"}


def test_what_somebody_else_put_there_stays(pelican: Pelican) -> None:
    _build(pelican, "index.html")
    Path(pelican.output_path, "verifica.html").touch()
    _build(pelican, "altro.html")
    assert _left(pelican) == {"altro.html", "verifica.html"}


def test_files_of_an_interrupted_build_are_removed_if_not_rewritten(pelican: Pelican) -> None:
    _build(pelican, "index.html")
    cut_off = _begun(pelican)
    _write(cut_off, pelican, "drafts/bozza/index.html")
    _write(cut_off, pelican, "nuovo.html")
    _write(_begun(pelican), pelican, "altro.html")  # and the one after it too
    _build(pelican, "index.html", "nuovo.html")
    assert _left(pelican) == {"index.html", "nuovo.html"}


def test_file_of_interrupted_then_whole_build_is_removed_later(pelican: Pelican) -> None:
    _write(_begun(pelican), pelican, "a.html")
    _build(pelican, "a.html", "b.html")
    _build(pelican, "b.html")
    assert _left(pelican) == {"b.html"}


def test_files_outside_of_the_site_are_nobodys_business(pelican: Pelican, tmp_path: Path) -> None:
    outside = tmp_path / "altrove.html"
    outside.touch()
    written = _begun(pelican)
    written.expect(pelican.output_path, [str(outside), str(Path(pelican.output_path, "..", "altrove.html"))])
    written.prune(pelican)
    assert outside.exists()
