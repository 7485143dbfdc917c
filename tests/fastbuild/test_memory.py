"""A process that builds again begins with what it has in memory, and never with what somebody else has outdone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import cast

import pytest

from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest
from plugins.fastbuild.run import MemoryCache
from plugins.fastbuild.snapshots.restored_site import RestoredSite
from tests.building import edit
from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.conftest import Place

MANIFEST, RESTORED = cast(Manifest, "in memory"), cast(RestoredSite, "the site")
OF_ANOTHER, ON_THE_DISK = cast(Manifest, "of another"), cast(Manifest, "on the disk")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    kept = tmp_path / "manifest.pickle"
    cache_file.save(kept, "on the disk")
    return kept


def test_memory_returns_the_kept_manifest_while_its_file_is_unchanged(file: Path) -> None:
    memory = MemoryCache()
    memory.keep(file, MANIFEST, RESTORED)
    assert memory.manifest(file) is MANIFEST
    assert memory.take() is RESTORED


def test_manifest_written_by_another_process_is_read_from_its_file(file: Path) -> None:
    memory = MemoryCache()
    memory.keep(file, MANIFEST, RESTORED)
    cache_file.save(file, "of another")
    assert memory.manifest(file) == OF_ANOTHER
    assert memory.take() is None


def test_where_the_file_is_gone_there_is_nothing(file: Path) -> None:
    memory = MemoryCache()
    memory.keep(file, MANIFEST, RESTORED)
    os.unlink(file)
    assert memory.manifest(file) is None
    assert memory.take() is None


def test_the_site_is_had_once(file: Path) -> None:
    memory = MemoryCache()
    memory.keep(file, MANIFEST, RESTORED)
    assert memory.take() is RESTORED
    assert memory.take() is None
    assert memory.manifest(file) == ON_THE_DISK


def test_consecutive_edits_in_one_process_equal_clean_builds(place: Place, other: Builder) -> None:
    place.build()
    for number in range(6):
        file = place.post(number % 3)
        text = file.read_text(encoding="utf-8")
        if number % 2:
            text = text.replace('title: "', f'title: "{number} ')
        file.write_text(f"{text}\n\nparola{number}\n", encoding="utf-8")
        assert " of " in place.build().split("changed")[0]  # some pages and not the whole
        assert tree(place.output) == place.clean(other)


def test_a_service_is_edited_after_a_new_post(place: Place, other: Builder) -> None:
    place.build()
    new = place.post(1).read_text(encoding="utf-8").replace('title: "', 'title: "Nuovo: ')
    place.post(9).write_text(new, encoding="utf-8")
    assert " of " in place.build().split("changed")[0]
    edit(place.content / "services/micro/posta-e-telefono.md", "title: ", "title: Anche ")
    assert " of " in place.build().split("changed")[0]
    assert tree(place.output) == place.clean(other)


def test_process_whose_cache_was_removed_still_builds_correctly(place: Place, other: Builder) -> None:
    place.build()
    shutil.rmtree(place.folder / "cache")
    place.build()
    assert tree(place.output) == place.clean(other)
