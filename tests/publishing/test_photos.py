"""A photo that is pushed is online as pictures; where it was taken stays with whoever pushed it."""

from __future__ import annotations

import time

import pytest

from tests.media.photo import photo
from tests.publishing.place import POST, Place


def push_photo(place: Place) -> None:
    (place.work / "content" / "images" / "foto.jpg").write_bytes(photo())
    text = (place.work / POST).read_text(encoding="utf-8")
    place.write(POST.as_posix(), f"{text}\n\n![La mia scrivania]({{static}}/images/foto.jpg)\n")
    pushed = place.push()
    assert pushed.code == 0, pushed.told


@pytest.mark.some_cases(0)
def test_pushed_photo_is_published_as_pictures_without_its_metadata(place: Place) -> None:
    push_photo(place)
    assert len(list((place.server.current / "images" / "r").iterdir())) == 6
    for file in place.server.current.rglob("*"):
        assert not file.is_file() or b"SEGRETO" not in file.read_bytes(), file


@pytest.mark.some_cases(0)
def test_another_push_makes_no_picture_again(place: Place) -> None:
    push_photo(place)
    kept = {path: path.stat().st_mtime_ns for path in place.server.cache.rglob("*.avif")}
    assert len(kept) == 3
    time.sleep(0.01)
    place.brand(1)
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert {path: path.stat().st_mtime_ns for path in place.server.cache.rglob("*.avif")} == kept
    assert len(list((place.server.current / "images" / "r").iterdir())) == 6


def test_a_ruined_photo_is_refused_by_its_name(place: Place) -> None:
    before = place.standing()
    (place.work / "content" / "images" / "foto.jpg").write_bytes(photo()[:4000])
    place.commit()
    pushed = place.push()
    assert pushed.code == 1
    assert "content/images/foto.jpg:1 — La foto non si legge" in pushed.told
    assert place.standing() == before
