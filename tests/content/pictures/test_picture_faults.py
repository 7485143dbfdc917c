"""Every file of the content is published right, or refused in words; none says where it was taken."""

from __future__ import annotations

import io
from functools import partial
from pathlib import PurePath

import pytest
from PIL import Image

from plugins.content.pictures.animations import without_metadata
from plugins.content.pictures.photo_places import says_place
from plugins.content.pictures.photos import open_photo, upright
from plugins.content.pictures.picture_faults import becomes_still, picture_faults, private_faults
from plugins.content.pictures.picture_kinds import Kind, kind_of, published_suffix
from plugins.media.photo_sizes import pictures
from tests.content.pictures.samples import (
    BLUE,
    RED,
    XMP,
    animated_gif,
    animated_png,
    animated_webp,
    document,
    exif,
    flat,
    frames,
    movie,
    saved,
)
from tests.cpu_time import quiet_seconds
from tests.media.photo import photo

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"


def told(name: str, content: bytes) -> str:
    return "\n".join(what for _line, what in picture_faults(PurePath(name), content))


SUFFIXES = ["jpg", "jpeg", "jpe", "jfif", "JPG", "png", "webp", "avif", "heic", "hif", "tif", "tiff", "bmp", "gif"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_photo_is_one_whatever_its_name_ends_with(suffix: str, form: str) -> None:
    content, path = photo(80, 60, form=form), PurePath(f"images/foto.{suffix}")
    assert says_place(content)
    assert told(str(path), content) == ""
    assert kind_of(path, content) is Kind.PHOTO
    assert published_suffix(path, content).lower() in {".jpg", ".jpeg", ".png"}


@pytest.mark.parametrize("name", ["foto.jpg_original", "foto.dat", "foto", "foto.pdf", "foto.ico"])
def test_a_photo_by_another_name_is_told(name: str) -> None:
    for found in (picture_faults, private_faults):
        ((_line, what),) = found(PurePath("images", name), photo(80, 60))
        assert "È una foto (JPEG)" in what
        assert "foto.jpg" in what


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("foto.dng", b"II*\0"),
        ("foto.nef", b"MM\0*"),
        ("foto.cr3", b"\0\0\0\x18ftypcrx "),
        ("disegno.psd", b"8BPS\0\1"),
        ("foto.jp2", b"\0\0\0\x0cjP  \r\n\x87\n"),
        ("foto.jxl", b"\xff\x0a"),
        ("disegno.emf", b"\1\0\0\0"),
        ("disegno.svgz", b"\x1f\x8b"),
    ],
)
def test_pictures_that_browsers_show_not_are_told_with_known_kinds(name: str, first: bytes) -> None:
    what = told(f"images/{name}", first + b"\0" * 50)
    assert "I browser non mostrano" in what
    assert "HEIF, JPEG, PNG" in what


@pytest.mark.parametrize("name", ["a.jpg", "a.gif", "a.svg", "a.pdf", "a.heic", "a.mp4", "a.zip"])
def test_pointer_of_git_lfs_is_told_as_what_it_is(name: str) -> None:
    assert "git lfs pull" in told(f"images/{name}", LFS)
    assert "\n" not in told(f"images/{name}", LFS)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_file_with_a_photo_and_its_place_is_told(form: str) -> None:
    placed, bare = photo(60, 40, form=form), flat(form)
    assert "dice dove è stata scattata" in told("images/listino.docx", document(placed))
    assert told("images/listino.docx", document(bare)) == ""
    assert told("images/listino.pdf", b"%PDF-1.7\nstream\n" + bare + b"\nendstream") == ""
    assert "dice dove" in told("images/listino.pdf", b"%PDF-1.7\nstream\n" + placed + b"\nendstream")


def test_packed_xmp_of_a_picture_in_a_document_is_read() -> None:
    assert says_place(animated_png())
    assert not says_place(frames("PNG"))
    assert "dice dove" in told("images/listino.odt", document(animated_png(), "Pictures/1.png"))


@pytest.mark.parametrize(
    "inner",
    [
        b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+45.4642+009.1900/",
        b"\0\0\0\x20loci\0\0\0\0\x15\xc7Casa\0\0",
        b"mdta\0com.apple.quicktime.location.ISO6709",
    ],
)
def test_a_film_that_says_where_is_told_and_no_other(inner: bytes) -> None:
    for suffix in ("mov", "mp4", "m4v", "3gp"):
        assert "dove è stato girato" in told(f"images/film.{suffix}", movie(inner))
        assert told(f"images/film.{suffix}", movie(b"\0\0\0\x09name")) == ""


def test_other_files_are_published_as_they_are() -> None:
    files = {
        "a.pdf": b"%PDF-1.7",
        "a.txt": b"exif:GPSLatitude='45'",
        "a.ico": b"\0\0\1\0",
        "a.csv": b"",
        "a.mp3": b"ID3",
    }
    for name, content in files.items():
        assert told(f"images/{name}", content) == ""


@pytest.mark.parametrize(
    ("suffix", "made"), [("gif", animated_gif), ("webp", animated_webp), ("png", animated_png), ("apng", animated_png)]
)
def test_an_animation_keeps_its_frames_and_loses_the_rest(suffix: str, made: object) -> None:
    content = made()  # type: ignore[operator]
    assert b"SEGRETO" in content
    path = PurePath(f"images/a.{suffix}")
    assert kind_of(path, content) is Kind.ANIMATION
    assert told(str(path), content) == ""
    plain, width, height = without_metadata(content + b"SEGRETO behind its end")
    assert (width, height) == (40, 30)
    assert b"SEGRETO" not in plain
    assert not says_place(plain)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(plain))
    assert not set(after.info) & {"exif", "xmp", "comment", "XML:com.adobe.xmp", "Author"}
    assert getattr(after, "n_frames", 1) == 3
    assert after.info.get("loop") == before.info.get("loop")
    for number in range(3):
        before.seek(number)
        after.seek(number)
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
        assert before.info.get("duration") == after.info.get("duration")


@pytest.mark.parametrize("made", [animated_gif, animated_webp, animated_png])
def test_an_animation_cut_anywhere_is_told(made: object) -> None:
    content = made()  # type: ignore[operator]
    plain, *_ = without_metadata(content)
    for part in range(1, 20):
        cut = plain[: len(plain) * part // 20]
        assert told("images/a.gif", cut), part


def test_an_animation_whose_parts_are_damaged_is_told() -> None:
    whole = bytearray(animated_webp())
    # The size of the whole, as its parts no longer have it.
    whole[24:27] = b"\x01\0\0"
    assert told("images/a.webp", bytes(whole))


def test_still_gif_keeps_its_kind_and_loses_its_remark() -> None:
    content = flat("GIF", 0, mode="P")[:-1] + b"\x21\xfe\x07SEGRETO\0;"
    plain, *_ = without_metadata(content)
    assert b"SEGRETO" not in plain
    assert Image.open(io.BytesIO(plain)).size == (40, 30)


def test_films_of_avif_pictures_become_still_with_a_word() -> None:
    moving = frames("AVIF")
    assert becomes_still(PurePath("images/a.avif"), moving)
    assert told("images/a.avif", moving) == ""
    assert not becomes_still(PurePath("images/a.avif"), flat("AVIF"))
    assert not becomes_still(PurePath("images/a.gif"), frames("GIF"))


def test_tiff_of_several_pages_is_told_and_of_thumbnails_not() -> None:
    pages = saved(Image.new("RGB", (9, 9)), "TIFF", save_all=True, append_images=[Image.new("RGB", (9, 9))])
    assert "più pagine" in told("images/scansione.tif", pages)
    small = Image.new("RGB", (4, 4))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    thumbnail = saved(Image.new("RGB", (9, 9)), "TIFF", save_all=True, append_images=[small])
    assert told("images/scansione.tif", thumbnail) == ""


def test_what_phones_append_to_a_photo_is_left_out() -> None:
    several = saved(
        Image.new("RGB", (40, 30), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9), BLUE)]
    )
    moving = flat("JPEG") + movie(b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+45.4642+009.1900/")
    for content in (several, moving, flat("JPEG") + b"MotionPhoto_Data"):
        assert told("images/a.jpg", content) == ""
        image = upright(open_photo(content))
        assert image.size == (40, 30)
        assert image.getpixel((9, 9))[0] > 190  # type: ignore[index]
        assert not any(says_place(file) or b"ftyp" in file[12:] for file in pictures(content, ".jpg").files.values())


def test_progressive_photos_are_read_and_cut_ones_told() -> None:
    image = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    whole = saved(image, "JPEG", progressive=True)
    assert told("images/a.jpg", whole) == ""
    for part in range(20):
        assert "La foto non si legge" in told("images/a.jpg", whole[: len(whole) * part // 20])


def test_what_is_no_picture_is_told_with_known_kinds() -> None:
    for content in (b"", b"<!DOCTYPE html><html>", b"%PDF-1.7", b"%!PS-Adobe-3.0 EPSF-3.0", b"8BPS\0\1"):
        assert "Esportala come JPEG" in told("images/foto.jpg", content)


@pytest.mark.parametrize(
    "size", [(108, 17_000), (17_000, 60), (1, 1), (1, 40_000), (40_000, 1), (3, 16_383), (1, 16_384)]
)
def test_a_picture_of_any_size_has_all_its_kinds(size: tuple[int, int]) -> None:
    content = saved(Image.new("RGB", size, RED), "PNG")
    assert told("images/a.png", content) == ""
    made = pictures(content, ".png")
    for name, file in made.files.items():
        image = Image.open(io.BytesIO(file))
        image.load()
        assert image.height <= 16_383, name
        assert image.width <= 1600, name
    width, height = made.about["width"], made.about["height"]
    assert height > 16_300 or width in (1600, size[0])
    if min(width, height) > 20:
        assert abs(width / height / (size[0] / size[1]) - 1) < 0.02


def test_too_many_pixels_are_told_with_their_number() -> None:
    content = saved(Image.new("1", (12_000, 12_000)), "PNG")
    assert "12000 × 12000 pixel" in told("images/a.png", content)


def test_long_history_of_an_editor_does_not_ruin_a_photo() -> None:
    from PIL import PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode() + " " * 3_000_000, zip=True)
    content = saved(Image.new("RGB", (9, 9), RED), "PNG", pnginfo=texts)
    assert told("images/a.png", content) == ""
    assert pictures(content, ".png").about["widths"] == [9]


@pytest.mark.parametrize("orientation", range(10))
def test_odd_orientations_are_upright_and_ruined_exif_is_ignored(orientation: int) -> None:
    content = saved(Image.new("RGB", (40, 30)), "JPEG", exif=exif(orientation))
    assert upright(open_photo(content)).size == ((30, 40) if orientation in range(5, 9) else (40, 30))
    ruined = bytearray(content)
    at = ruined.index(b"Exif\0\0")
    ruined[at + 10 : at + 40] = b"\xff" * 30
    assert told("images/a.jpg", bytes(ruined)) == ""
    assert upright(open_photo(bytes(ruined))).size == (40, 30)


def test_large_files_are_looked_through_in_seconds() -> None:
    large = 12 * 1024 * 1024
    hostile = [
        b"II*\0\x08\0\0\0" * (large // 8),
        document(b"\0" * 200 * 1024 * 1024),
        b"GPSLatitude" + b" " * large + b"ns.adobe.com/exif/1.0/",
        (b"GPSLatitude " * (large // 12)) + b"ns.adobe.com/exif/1.0/",
    ]
    for content in hostile:
        assert not says_place(content)
        assert quiet_seconds(partial(says_place, content)) < 10
