"""A phone's photo comes out upright, in several widths, and with nothing in it but what is seen."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from plugins.content.pictures.photo_addresses import WIDTHS
from plugins.content.pictures.photos import UnreadableError
from plugins.media.photo_sizes import pictures
from tests.media.photo import GPS, photo

HERE = Path(__file__).parent


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_the_photo_does_say_where_it_was_taken() -> None:
    image = opened(photo())
    assert image.getexif().get_ifd(GPS)
    assert b"SEGRETO" in photo()


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_no_picture_says_where_or_by_what_it_was_taken(form: str) -> None:
    made = pictures(photo(form=form), ".png" if form == "PNG" else ".jpg")
    assert len(made.files) == 2 * len(made.about["widths"]) + 1
    for name, content in made.files.items():
        image = opened(content)
        assert dict(image.getexif()) == {}, name
        assert not set(image.info) & {"exif", "xmp", "comment", "icc_profile", "photoshop"}, name
        assert b"SEGRETO" not in content


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0.05, 0.05)), (3, (0.95, 0.95)), (6, (0.95, 0.05)), (8, (0.05, 0.95))]
)
def test_a_photo_stands_upright_however_the_phone_was_held(orientation: int, corner: tuple[float, float]) -> None:
    made = pictures(photo(orientation=orientation), ".jpg")
    expected = (1600, 1067) if orientation in {1, 3} else (1200, 1800)
    assert (made.about["width"], made.about["height"]) == expected
    for content in made.files.values():
        image = opened(content).convert("RGB")
        pixel = image.getpixel((int(image.width * corner[0]), int(image.height * corner[1])))
        assert isinstance(pixel, tuple)
        red, green, _ = pixel
        assert red > 150
        assert green < 70


def test_pictures_are_made_at_every_width_up_to_the_photos() -> None:
    assert pictures(photo(1000, 500, 1), ".jpg").about["widths"] == [400, 800, 1000]
    assert pictures(photo(4000, 3000, 1), ".jpg").about["widths"] == list(WIDTHS)
    made = pictures(photo(100, 50, 1), ".jpg")
    assert made.about["widths"] == [100]
    assert {name: opened(content).size for name, content in made.files.items()} == dict.fromkeys(
        ("100.avif", "100.webp", "plain.jpg"), (100, 50)
    )


def test_what_a_picture_shows_through_stays_so() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (10, 20, 30, 0)).save(file, "PNG")
    made = pictures(file.getvalue(), ".png")
    for name in ("50.avif", "50.webp", "plain.png"):
        assert opened(made.files[name]).convert("RGBA").getpixel((25, 25))[3] == 0  # type: ignore[index]


def test_the_photo_of_an_iphone_is_read() -> None:
    heic = base64.b64decode((HERE / "photo.heic.txt").read_text(encoding="ascii"))
    assert heic[4:12] == b"ftypheic"
    made = pictures(heic, ".jpg")
    assert opened(made.files["plain.jpg"]).format == "JPEG"
    assert made.about["widths"] == [64]


@pytest.mark.parametrize("content", [b"", b"no picture", photo()[:2000], photo(form="PNG")[:3000]])
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        pictures(content, ".jpg")


def test_small_file_of_very_many_pixels_is_refused() -> None:
    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    with pytest.raises(UnreadableError):
        pictures(file.getvalue(), ".png")


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert pictures(photo(), ".jpg") == pictures(photo(), ".jpg")
