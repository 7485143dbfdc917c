"""What is live can be built from nothing at any time, and whoever asks for it is told whether it was right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publishing.place import POST, Place

PAGE = "blog/cosa-delegare-per-primo/index.html"


def test_a_rebuild_finds_the_same_site_after_a_push(place: Place) -> None:
    place.edit(POST, "title: ", "title: Ecco, ")
    assert place.push().code == 0
    before = place.live
    done = place.run("rebuild")
    assert done.code == 0, done.told
    assert f"Live now: release {place.live.name}, built from nothing." in done.told
    assert "files, byte for byte." in done.told
    assert place.live != before
    assert "Ecco, " in place.page(PAGE.removesuffix("index.html"))
    place.brand(1)
    assert place.push().code == 0


@pytest.mark.some_cases(0)
def test_a_rebuild_names_what_was_otherwise_and_mends_it(place: Place) -> None:
    page = place.server.releases / place.live.name / "site" / PAGE
    whole = page.read_bytes()
    replace(page, "altro")
    done = place.run("rebuild")
    assert done.code == 0, done.told
    assert done.told.splitlines()[-1] == f"  {PAGE}"
    assert "files 1 were otherwise" in done.told
    assert (place.server.releases / place.live.name / "site" / PAGE).read_bytes() == whole


@pytest.mark.some_cases(0)
def test_a_rebuild_that_fails_leaves_the_live_site(place: Place) -> None:
    before = place.live
    template = place.server.code / "theme" / "templates" / "base.html"
    replace(template, "{% guasto %}")
    done = place.run("rebuild")
    assert done.code == 1
    assert "The present content cannot be built; the live site has not changed." in done.told
    assert "guasto" in done.told
    assert place.live == before


def test_before_any_push_there_is_nothing_to_rebuild(installed: Place, tmp_path: Path) -> None:
    done = installed.copy(tmp_path / "place").run("rebuild")
    assert (done.code, done.told) == (1, "Nothing was pushed yet.\n")


def replace(file: Path, text: str) -> None:
    """Put another file in its place: the one that is there is shared with other places."""
    file.unlink()
    file.write_text(text, encoding="utf-8")
