"""Photo decoding: any image format that a phone or a camera writes."""

from __future__ import annotations

import io

import pi_heif
from PIL import Image

pi_heif.register_heif_opener()

KINDS = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif"}
# More than phones take; beyond it a small file could fill the memory. Ours is asked before anything is decoded.
MOST_PIXELS = 120_000_000
Image.MAX_IMAGE_PIXELS = None


class UnreadableError(Exception):
    """The bytes are no picture, or not a whole one, or too large a one."""


def open_photo(content: bytes, least: int | None = None) -> Image.Image:
    """Open and decode a photo, as it lies in the file; `least` is how many pixels wide at least it has to be read.

    Raises UnreadableError.
    """
    try:
        opened = Image.open(io.BytesIO(content))
        if opened.width * opened.height > MOST_PIXELS:
            raise UnreadableError(f"{opened.width} x {opened.height} pixels")
        if least is not None:
            # A JPEG is read at an eighth of its size in a fraction of the time, to its last byte all the same.
            opened.draft(None, (least, least))
        opened.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableError(str(error)) from error
    return opened
