"""Photo sizes: a photo upright, in sRGB, without metadata, in several widths."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

from plugins.content.photos import open_photo
from plugins.media.image_cache import Made

# Part of the key that pictures are kept by: another number makes all of them again.
RECIPE = "photo 1"
WIDTHS = (400, 800, 1200, 1600)
# What looks like the original on a phone's screen at the least weight; AVIF's scale is not WebP's.
_QUALITY = {"avif": 52, "webp": 74, "jpeg": 80}
_SPEED = 6


def plain_kind(suffix: str) -> str:
    """The suffix of the file that every browser shows: PNG for what may be a drawing, JPEG for all else."""
    return ".png" if suffix == ".png" else ".jpg"


def pictures(content: bytes, suffix: str) -> Made:
    """The set of a photo: `400.avif`, `400.webp` and so on up to its own width, and `plain.jpg` or `plain.png`.

    Says `width` and `height` of the largest, and `widths`. Raises UnreadableError.
    """
    upright = _upright(content)
    widths = [width for width in WIDTHS if width < upright.width]
    widths.append(min(upright.width, WIDTHS[-1]))
    widths = sorted(set(widths))
    files: dict[str, bytes] = {}
    largest = upright
    for width in widths:
        height = max(1, round(upright.height * width / upright.width))
        smaller = upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        largest = smaller if width == widths[-1] else largest
        files[f"{width}.avif"] = _saved(smaller, "AVIF", quality=_QUALITY["avif"], speed=_SPEED)
        files[f"{width}.webp"] = _saved(smaller, "WEBP", quality=_QUALITY["webp"], method=4)
    kind = plain_kind(suffix)
    files[f"plain{kind}"] = _plain(largest, kind)
    return Made(files, {"width": largest.width, "height": largest.height, "widths": widths})


def _upright(content: bytes) -> Image.Image:
    """The pixels alone, turned as the camera was held, in sRGB."""
    opened = open_photo(content)
    profile = opened.info.get("icc_profile")
    image = ImageOps.exif_transpose(opened)
    see_through = "A" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if see_through else "RGB")
    if profile:
        image = _in_srgb(image, profile)
    # A new picture of the same pixels: none of what the file said besides them.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile of something else, such as grey: its colours are nearly right
    return turned or image


def _plain(image: Image.Image, kind: str) -> bytes:
    if kind == ".png":
        return _saved(image, "PNG", optimize=True)
    return _saved(image.convert("RGB"), "JPEG", quality=_QUALITY["jpeg"], progressive=True, optimize=True)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
