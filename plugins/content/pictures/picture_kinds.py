"""Picture kinds: how a file is published (decoded, as an animation, as a drawing, as it is), and at which suffix."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath

from plugins.content.pictures.file_signatures import DECODED, is_animation, signature_of


class Kind(Enum):
    """How a file is published."""

    PHOTO = "photo"
    ANIMATION = "animation"
    DRAWING = "drawing"
    FILE = "file"


_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif", ".jif")
_HEIF = (".heic", ".heif", ".heics", ".heifs", ".hif")
# Names that a file may have whose content is a photo, whichever it is: phones and programs mix them up.
PHOTO_SUFFIXES = frozenset(
    {*_JPEG, *_HEIF, ".png", ".apng", ".webp", ".avif", ".avifs", ".tif", ".tiff", ".bmp", ".dib", ".gif"}
)
# What `image` of a page may name.
IMAGE_SUFFIXES = PHOTO_SUFFIXES | {".svg"}
# Addresses that stay as they are named; lines and letters of a screenshot are kept sharp, in a PNG.
_KEPT = {".jpg", ".jpeg", ".png"}
_ANIMATIONS = {"GIF": ".gif", "WebP": ".webp", "PNG": ".png"}
_SHARP = {".bmp", ".dib", ".apng"}


def kind_of(path: PurePath, content: bytes) -> Kind:
    """How a file is published, by its name and by what is in it."""
    suffix = path.suffix.lower()
    if suffix == ".svg":
        return Kind.DRAWING
    if suffix not in PHOTO_SUFFIXES:
        return Kind.FILE
    return Kind.ANIMATION if is_animation(content) else Kind.PHOTO


def published_suffix(path: PurePath, content: bytes) -> str:
    """The suffix of the address where a file is found: one whose kind every browser and feed reader shows."""
    match kind_of(path, content):
        case Kind.ANIMATION:
            return _ANIMATIONS[str(signature_of(content))]
        case Kind.PHOTO if path.suffix.lower() not in _KEPT:
            return ".png" if path.suffix.lower() in _SHARP else ".jpg"
        case _:
            return path.suffix


def is_photo_by_another_name(path: PurePath, content: bytes) -> bool:
    """Whether what is published as it is would be a photo, with all that a camera has written into it."""
    return kind_of(path, content) is Kind.FILE and signature_of(content) in DECODED
