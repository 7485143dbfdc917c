"""Photo addresses: the widths in which a photo is published, and where each of its pictures is found."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

# Sets of pictures are named by their content: a browser may keep them for ever.
FOLDER = "images/r"
WIDTHS = (400, 800, 1200, 1600)
# The tallest that WebP holds; a scrolled screenshot is taller.
MOST_HEIGHT = 16_383
# The owner's photo, as all pages show it: twice as large as most do.
PORTRAIT = (480, 600)
PORTRAIT_FORMATS = ("avif", "webp")


def photo_widths(width: int, height: int) -> list[int]:
    """The widths of the pictures of a photo of this size, up to its own."""
    most = max(1, min(width, WIDTHS[-1], width * MOST_HEIGHT // height))
    return [*(one for one in WIDTHS if one < most), most]


def photo_height(width: int, height: int, shown: int) -> int:
    """The height of a photo of this size in one of its widths."""
    return min(MOST_HEIGHT, max(1, round(height * shown / width)))


def photo_name(path: str, content: bytes) -> str:
    """What the pictures of a photo are called, by its file and its bytes."""
    return f"{PurePath(path).stem}-{hashlib.sha256(content).hexdigest()[:8]}"


def photo_address(name: str, width: int, kind: str) -> str:
    """The address of one of the pictures of a photo."""
    return f"{FOLDER}/{name}-{width}.{kind}"


def portrait_size(width: int, height: int) -> tuple[int, int]:
    """The size of the portrait that is cut out of a photo of this size: never larger than it."""
    scale = min(1.0, width / PORTRAIT[0], height / PORTRAIT[1])
    return max(1, round(PORTRAIT[0] * scale)), max(1, round(PORTRAIT[1] * scale))


def portrait_address(name: str, form: str) -> str:
    """The address of the portrait that is cut out of a photo."""
    return f"{FOLDER}/{name}-portrait.{form}"
