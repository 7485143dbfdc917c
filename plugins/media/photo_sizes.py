"""Photo sizes: a photo upright, in sRGB, without metadata, in several widths."""

from __future__ import annotations

import io

from PIL import Image

from plugins.content.pictures.photo_addresses import photo_height, photo_widths
from plugins.content.pictures.photos import open_photo, upright
from plugins.media.image_cache import Made

# Part of the key that pictures are kept by: another number makes all of them again.
RECIPE = "photo 2"
# What looks like the original on a phone's screen at the least weight; AVIF's scale is not WebP's.
_QUALITY = {"avif": 52, "webp": 74, "jpeg": 80}
_SPEED = 6


def pictures(content: bytes, suffix: str) -> Made:
    """The set of a photo: `400.avif`, `400.webp` and so on up to its own width, and `plain` with a suffix.

    The suffix is that of a PNG, or else of a JPEG. Says `width` and `height` of the largest, and `widths`. Raises
    UnreadableError.
    """
    picture = upright(open_photo(content))
    widths = photo_widths(*picture.size)
    files: dict[str, bytes] = {}
    largest = picture
    for width in widths:
        smaller = picture.resize(
            (width, photo_height(*picture.size, width)), Image.Resampling.LANCZOS, reducing_gap=3.0
        )
        largest = smaller if width == widths[-1] else largest
        files[f"{width}.avif"] = _saved(smaller, "AVIF", quality=_QUALITY["avif"], speed=_SPEED)
        files[f"{width}.webp"] = _saved(smaller, "WEBP", quality=_QUALITY["webp"], method=4)
    files[f"plain{suffix}"] = _plain(largest, suffix)
    return Made(files, {"width": largest.width, "height": largest.height, "widths": widths})


def _plain(image: Image.Image, suffix: str) -> bytes:
    """The file that every browser and feed reader shows."""
    if suffix == ".png":
        return _saved(image, "PNG", optimize=True)
    # A JPEG has no holes: what shows through is paper, and not whatever colour lies there unseen.
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return _saved(paper, "JPEG", quality=_QUALITY["jpeg"], progressive=True, optimize=True)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
