"""Whatever passes the check is built, over generated pictures: their kinds, sizes, colours, metadata and damages."""

from __future__ import annotations

import io
from pathlib import PurePath
from random import Random

import pytest
from PIL import Image

from plugins.content.pictures.animations import without_metadata
from plugins.content.pictures.photo_places import says_place
from plugins.content.pictures.picture_faults import picture_faults, private_faults
from plugins.content.pictures.picture_kinds import PHOTO_SUFFIXES, Kind, kind_of, published_suffix
from plugins.media.photo_sizes import pictures
from tests.content.pictures.icc_profiles import cmyk, display_p3, linear_grey
from tests.content.pictures.samples import XMP, animated_gif, animated_png, animated_webp, exif, saved
from tests.soak import soak_count

MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "I;16", "I;16B")
FORMS = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
SIZES = (
    (1, 1),
    (1, 2),
    (2, 1),
    (7, 5),
    (64, 48),
    (300, 200),
    (500, 3),
    (3, 500),
    (2, 16_384),
    (16_384, 2),
    (1, 33_000),
)
PROFILES = (None, None, display_p3(), linear_grey(), cmyk({}), b"rubbish" * 30)


def generated(chance: Random) -> bytes:
    """A picture that Pillow can write, with what goes with it."""
    while True:
        form, mode, size = chance.choice(FORMS), chance.choice(MODES), chance.choice(SIZES)
        options: dict[str, object] = {"icc_profile": chance.choice(PROFILES)}
        if chance.random() < 0.5:
            options["exif"] = exif(chance.randrange(10))
        if chance.random() < 0.3:
            options["xmp"] = XMP
        if form == "TIFF":
            options["compression"] = chance.choice([None, "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
        if form == "JPEG":
            options["progressive"] = chance.random() < 0.5
        if chance.random() < 0.2:
            options["transparency"] = 0
        if form == "MPO":
            options |= {"save_all": True, "append_images": [Image.new("RGB", (5, 5))]}
        image = Image.new(mode, size)
        if mode not in {"I;16", "I;16B"} and chance.random() < 0.7:
            image = Image.effect_noise(size, 80).convert("RGB").convert("L" if mode in {"PA", "LAB", "HSV"} else "RGB")
            try:
                image = image.convert(mode)
            except ValueError:
                image = Image.new(mode, size)
        try:
            return saved(image, form, **{name: value for name, value in options.items() if value is not None})
        except (OSError, ValueError, TypeError, KeyError, SystemError, RuntimeError):
            continue  # no such picture in that format


def damaged(content: bytes, chance: Random) -> bytes:
    """The same with what befalls files: bytes that change, an end that is missing, and one that is too much."""
    kind = chance.randrange(5)
    if kind == 0:
        return content
    if kind == 1:
        return content[: chance.randrange(len(content) + 1)]
    if kind == 2:
        return content + chance.randbytes(chance.randrange(200))
    changed = bytearray(content)
    # Mostly near its beginning, where it says what it is.
    reach = len(changed) if kind == 3 else min(len(changed), 400)
    for _ in range(chance.randrange(1, 12)):
        changed[chance.randrange(reach)] = chance.randrange(256)
    return bytes(changed)


def agree(path: PurePath, content: bytes) -> bool:
    """Whether it passes the check, having built it if it does."""
    faults = picture_faults(path, content)
    assert all(line > 0 and len(what) > 30 and "%(" not in what for line, what in faults)
    if faults:
        return False
    assert private_faults(path, content) == []
    if kind_of(path, content) is Kind.ANIMATION:
        plain, width, height = without_metadata(content)
        assert not says_place(plain)
        assert Image.open(io.BytesIO(plain)).size == (width, height)
        return True
    made = pictures(content, ".png" if published_suffix(path, content) == ".png" else ".jpg")
    for name, file in made.files.items():
        with Image.open(io.BytesIO(file)) as image:
            image.load()
            assert image.height <= 16_383
            assert image.width <= 1600
            assert not dict(image.getexif()), name
        assert not says_place(file)
        assert b"SEGRETO" not in file
    return True


@pytest.mark.soak
def test_what_passes_the_check_is_built_without_its_place() -> None:
    passed = 0
    count = soak_count(40, 3000)
    for seed in range(count):
        chance = Random(f"picture {seed}")
        content = generated(chance)
        path = PurePath(f"images/foto{chance.choice(sorted(PHOTO_SUFFIXES))}")
        passed += agree(path, content)
    assert passed > count * 0.8


@pytest.mark.soak
def test_damaged_pictures_are_built_or_told_in_words() -> None:
    made = [animated_gif(), animated_png(), animated_webp()]
    passed = 0
    for seed in range(soak_count(60, 20_000)):
        chance = Random(f"damage {seed}")
        content = chance.choice(made) if chance.random() < 0.2 else generated(chance)
        passed += agree(PurePath(f"images/foto{chance.choice(sorted(PHOTO_SUFFIXES))}"), damaged(content, chance))
    assert passed
