"""File signatures (magic numbers): what a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

_FIRST_BYTES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "BigTIFF",
    b"MM\0+": "BigTIFF",
    b"BM": "BMP",
    b"8BPS": "PSD",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"gimp xcf": "XCF",
    b"IIU\0": "RAW",
    b"IIRO": "RAW",
    b"FUJIFILMCCD-RAW": "RAW",
    b"PK\x03\x04": "ZIP",
    b"version https://git-lfs.github.com/spec/": "pointer",
    b"version https://hawser.github.com/spec/": "pointer",
}
# ISO base media (HEIF, AVIF, MP4, QuickTime) name what they are in their first box.
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"), "HEIF"),
    b"crx ": "RAW",
}
_MOVIE_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_BITMAP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
# Kinds that are decoded and published as other pictures.
DECODED = frozenset({"JPEG", "PNG", "WebP", "AVIF", "HEIF", "TIFF", "BMP", "GIF"})
# Pictures that are not: what browsers show nothing of, and may hold where it was taken.
UNKNOWN = frozenset({"BigTIFF", "PSD", "JPEG 2000", "JPEG XL", "XCF", "RAW"})


def signature_of(content: bytes) -> str | None:
    """What a file is by its first bytes; None for what has none that is known here."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] in _MOVIE_BOXES:
        return _brand(content)
    if content[:2] == b"BM" and int.from_bytes(content[14:18], "little") not in _BITMAP_HEADERS:
        return None  # a text may begin so
    return next((kind for first, kind in _FIRST_BYTES.items() if content.startswith(first)), None)


def _brand(content: bytes) -> str:
    if content[4:8] != b"ftyp":
        return "movie"
    if (kind := _BRANDS.get(content[8:12])) == "HEIF" and content[8:12] in (b"mif1", b"msf1"):
        # These say only that it is a container of pictures: the brands it agrees with say of which.
        size = int.from_bytes(content[:4], "big")
        return "AVIF" if re.search(rb"avi[fs]", content[16 : min(size, 256)]) else "HEIF"
    return kind or "movie"


def is_animation(content: bytes) -> bool:
    """Whether a file is published as it is: a GIF, or a picture of several frames that browsers show moving."""
    kind = signature_of(content)
    if kind == "WebP":
        return content[12:16] == b"VP8X" and bool(content[20:21]) and bool(content[20] & 0b10)
    # In an animated PNG this comes before the first picture.
    return kind == "GIF" or (kind == "PNG" and b"acTL" in content[: max(content.find(b"IDAT"), 0)])
