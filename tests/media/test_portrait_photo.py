"""The owner's photo: one shape, however it was taken, and light enough for every page."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from plugins.media.portrait_photo import MOST_BYTES, portrait_pictures
from tests.media.photo import photo


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1600, 2400), (480, 600)), ((3000, 2000), (480, 600)), ((900, 900), (480, 600)), ((200, 400), (200, 250))],
)
def test_a_photo_of_any_shape_is_cropped_to_one(size: tuple[int, int], shown: tuple[int, int]) -> None:
    made = portrait_pictures(photo(*size, 1)).files
    assert set(made) == {"avif", "webp"}
    for content in made.values():
        with Image.open(io.BytesIO(content)) as opened:
            assert opened.size == shown
            assert dict(opened.getexif()) == {}
        assert b"SEGRETO" not in content


def test_more_is_cut_off_below_a_head_than_above() -> None:
    tall = Image.new("RGB", (400, 1500), "white")
    tall.paste("red", (0, 350, 400, 850))
    file = io.BytesIO()
    tall.save(file, "PNG")
    with Image.open(io.BytesIO(portrait_pictures(file.getvalue()).files["webp"])) as opened:
        red, green, _ = opened.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_a_photo_with_much_in_it_is_light_too() -> None:
    busy = Image.effect_noise((960, 1200), 90).convert("RGB").resize((240, 300)).resize((960, 1200))
    file = io.BytesIO()
    busy.save(file, "JPEG", quality=95)
    made = portrait_pictures(file.getvalue()).files
    assert all(len(content) <= MOST_BYTES for content in made.values())
