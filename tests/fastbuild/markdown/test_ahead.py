"""Texts are converted before anybody has asked for them, for whoever asks for just these."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pelicanconf import MARKDOWN
from plugins.domain.language import spoken
from plugins.fastbuild.markdown import conversion_cache
from plugins.fastbuild.markdown.conversion_cache import TextFiles
from plugins.fastbuild.markdown.converter import Converted, ConvertedText, digest_of
from plugins.fastbuild.parallel import worker_processes
from plugins.fastbuild.parallel.ordered_results import OrderedResults
from tests.building import CONTENT


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(worker_processes, "_cores", lambda: 2)
    yield
    conversion_cache.end()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "identity.yaml").write_bytes((CONTENT / "identity.yaml").read_bytes())
    for number in range(100):
        text = f"---\ntitle: {number}\n---\n\n## Numero {number}\n\nEcco *tutto*.\n"
        (tmp_path / f"{number:03}.md").write_text(text, encoding="utf-8")
    (tmp_path / "senza.md").write_text("Senza intestazione.", encoding="utf-8")
    return tmp_path


def _texts(root: Path, **options: object) -> TextFiles:
    return TextFiles(root, map(str, root.iterdir()), copy.deepcopy(MARKDOWN) | options)


def _all(stream: OrderedResults[ConvertedText | None]) -> dict[str, Converted]:
    found = {}
    while (more := stream.more()) is not None:
        for piece in more:
            if piece:
                assert piece.language == spoken().version
                found[piece.digest] = piece.converted
    return found


def test_each_text_is_converted_but_what_is_none(root: Path) -> None:
    conversion_cache.begin(_texts(root))
    stream = conversion_cache.taken(_texts(root))
    assert stream is not None
    with stream:
        found = _all(stream)
    assert len(found) == 100
    html, sections = found[digest_of("\n## Numero 7\n\nEcco *tutto*.\n")]
    assert html == '<h2 id="numero-7">Numero 7</h2>\n<p>Ecco <em>tutto</em>.</p>'
    assert [one["name"] for one in sections] == ["Numero 7"]


def test_what_was_begun_is_taken_once(root: Path) -> None:
    conversion_cache.begin(_texts(root))
    stream = conversion_cache.taken(_texts(root))
    assert stream is not None
    with stream:
        assert conversion_cache.taken(_texts(root)) is None


@pytest.mark.parametrize("asked", ["other options", "another file", "nothing"])
def test_what_nobody_can_use_is_ended(root: Path, asked: str) -> None:
    conversion_cache.begin(_texts(root))
    ((_, stream),) = conversion_cache._begun
    child = stream._sources[0].child._pid
    if asked == "other options":
        assert conversion_cache.taken(_texts(root, output_format="xhtml")) is None
    elif asked == "another file":
        (root / "nuovo.md").write_text("---\n---\n", encoding="utf-8")
        assert conversion_cache.taken(_texts(root)) is None
    else:
        conversion_cache.end()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
