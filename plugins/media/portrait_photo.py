"""Portrait photo: the owner's photo in the one shape in which pages show it, light enough for all of them."""

from __future__ import annotations

import io
from itertools import product

from PIL import Image

from plugins.content.pictures.photo_addresses import PORTRAIT_FORMATS, portrait_size
from plugins.content.pictures.photos import open_photo, upright
from plugins.media.image_cache import Made

# Part of the key that portraits are kept by: another number makes all of them again.
RECIPE = "portrait 1"
# Every page brings it along.
MOST_BYTES = 12 * 1024
_QUALITIES = range(60, 25, -5)
_SCALES = (1, 0.7, 0.5, 0.35)
# Of what is cut off above and below, the part that is above: heads are.
_ABOVE = 0.3


def portrait_pictures(content: bytes) -> Made:
    """The photo cropped, a file a format. Raises UnreadableError."""
    picture = upright(open_photo(content))
    width, height = portrait_size(*picture.size)
    scale = max(width / picture.width, height / picture.height)
    across, down = width / scale, height / scale
    left, top = (picture.width - across) / 2, (picture.height - down) * _ABOVE
    box = (left, top, left + across, top + down)
    cropped = picture.resize((width, height), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    return Made({form: _light(cropped, form) for form in PORTRAIT_FORMATS}, {})


def _light(image: Image.Image, form: str) -> bytes:
    """The picture as good as it can be at that weight, smaller where it is too busy for any quality."""
    file = io.BytesIO()
    for scale, quality in product(_SCALES, _QUALITIES):
        file = io.BytesIO()
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image.resize(size, Image.Resampling.LANCZOS).save(file, form.upper(), quality=quality)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
