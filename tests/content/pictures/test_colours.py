"""Whatever colours a file is in, the site shows those that its maker saw."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from plugins.content.pictures.photos import UnreadableError, open_photo, upright
from plugins.media.photo_sizes import pictures
from tests.content.pictures.icc_profiles import cmyk, display_p3, linear_grey
from tests.content.pictures.samples import flat, png_of_16_bits, saved

CORNERS: dict[tuple[int, ...], tuple[int, int, int]] = {
    (0, 0, 0, 0): (255, 255, 255),
    (1, 1, 0, 0): (46, 77, 160),
    (0, 1, 1, 0): (200, 51, 47),
    (1, 0, 1, 0): (50, 138, 70),
}
JPEG = {"quality": 100, "subsampling": 0}


def shown(content: bytes) -> tuple[int, ...]:
    image = upright(open_photo(content))
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


def is_near(one: tuple[int, ...], other: tuple[int, ...], most: int = 3) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def inked(corner: tuple[int, ...], form: str, profile: bytes | None) -> bytes:
    image = Image.new("CMYK", (32, 32), tuple(255 * ink for ink in corner))
    return saved(image, form, icc_profile=profile, **(JPEG if form == "JPEG" else {}))


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
@pytest.mark.parametrize(("corner", "colour"), CORNERS.items())
def test_inks_are_shown_by_the_profile_of_their_press(
    form: str, corner: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> None:
    content = inked(corner, form, cmyk(CORNERS))
    assert is_near(shown(content), colour)
    made = pictures(content, ".jpg")
    for file in made.files.values():
        assert is_near(Image.open(io.BytesIO(file)).convert("RGB").getpixel((16, 16)), colour, 8)  # type: ignore[arg-type]


def test_inks_without_a_profile_are_shown_as_browsers_do() -> None:
    content = inked((0, 1, 1, 0), "JPEG", None)
    assert is_near(shown(content), (255, 0, 0))
    # Adobe's mark, without which it means the same.
    at = content.index(b"\xff\xee")
    length = int.from_bytes(content[at + 2 : at + 4], "big")
    assert is_near(shown(content[:at] + content[at + 2 + length :]), (255, 0, 0))


def test_wide_colours_of_a_phone_become_those_of_the_web() -> None:
    for form in ("JPEG", "PNG", "TIFF", "WEBP", "AVIF"):
        options = JPEG if form == "JPEG" else {"lossless": True} if form == "WEBP" else {}
        content = saved(Image.new("RGB", (32, 32), (234, 51, 35)), form, icc_profile=display_p3(), **options)
        assert is_near(shown(content), (255, 0, 0), 8), form
    grey = saved(Image.new("RGB", (32, 32), (128, 128, 128)), "PNG", icc_profile=display_p3())
    assert is_near(shown(grey), (128, 128, 128))


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (234, 51, 35, 77)), ("LA", (55, 77))])
def test_what_shows_through_stays_beside_a_profile(mode: str, colour: tuple[int, ...]) -> None:
    profile = display_p3() if mode == "RGBA" else linear_grey()
    red, green, blue, alpha = shown(saved(Image.new(mode, (9, 9), colour), "PNG", icc_profile=profile))
    assert alpha == 77
    assert is_near((red, green, blue), (255, 0, 0) if mode == "RGBA" else (128, 128, 128), 3)


def test_grey_is_shown_by_its_profile() -> None:
    assert is_near(shown(saved(Image.new("L", (9, 9), 55), "PNG", icc_profile=linear_grey())), (128, 128, 128))
    assert is_near(shown(saved(Image.new("L", (9, 9), 55), "JPEG", icc_profile=linear_grey())), (128, 128, 128))
    sixteen = saved(Image.new("I;16", (9, 9), 55 * 257), "PNG", icc_profile=linear_grey())
    assert is_near(shown(sixteen), (128, 128, 128))


def test_profile_of_another_colour_model_is_ignored() -> None:
    # Of a colour model that has no name in ASCII.
    unnamed = display_p3().replace(b"RGB ", b"\xd4GB ", 1)
    for profile in (cmyk(CORNERS), linear_grey(), unnamed, b"rubbish", b""):
        assert is_near(shown(saved(Image.new("RGB", (9, 9), (46, 77, 160)), "PNG", icc_profile=profile)), (46, 77, 160))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_near(shown(saved(Image.new("L", (9, 9), 99), "PNG", icc_profile=srgb)), (99, 99, 99))


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_as_light_as_it_was(form: str) -> None:
    for value in (0, 0x2020, 0x8080, 0xFFFF):
        assert is_near(shown(flat(form, value, mode="I;16")), (value >> 8,) * 3, 1)


def test_big_endian_grey_of_16_bits_keeps_its_light() -> None:
    assert is_near(shown(flat("TIFF", 0x8080, mode="I;16B")), (128,) * 3, 1)


def test_colours_of_16_bits_are_as_they_were() -> None:
    assert is_near(shown(png_of_16_bits((46 * 257, 77 * 257, 160 * 257))), (46, 77, 160), 1)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 99, (99, 99, 99)),
        ("LA", (99, 50), (99, 99, 99, 50)),
        ("RGBA", (1, 2, 3, 4), (1, 2, 3, 4)),
        ("PA", (0, 0), (0, 0, 0, 0)),
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("LAB", (128, 128, 128), (119, 119, 119)),
    ],
)
def test_every_model_of_a_tiff_is_shown(mode: str, colour: tuple[int, ...] | int, seen: tuple[int, ...]) -> None:
    found = shown(flat("TIFF", colour, mode=mode))
    assert is_near(found, seen, 4)


def test_palette_with_a_hole_stays_see_through() -> None:
    image = Image.new("P", (9, 9), 1)
    image.putpalette([0, 0, 0, 46, 77, 160])
    for form in ("PNG", "GIF"):
        assert shown(saved(image, form, transparency=1))[3] == 0
        assert shown(saved(image, form))[:3] == (46, 77, 160)
    assert shown(saved(image, "PNG", transparency=bytes([255, 60])))[3] == 60


@pytest.mark.parametrize("mode", ["I", "F"])
def test_colours_that_no_browser_shows_are_told(mode: str) -> None:
    with pytest.raises(UnreadableError, match="32 bit"):
        upright(open_photo(flat("TIFF", 1, mode=mode)))


def test_what_shows_through_is_paper_in_a_jpeg() -> None:
    content = flat("WEBP", (10, 20, 30, 0), mode="RGBA")
    made = pictures(content, ".jpg")
    plain = Image.open(io.BytesIO(made.files["plain.jpg"]))
    assert plain.getpixel((5, 5)) == (255, 255, 255)
