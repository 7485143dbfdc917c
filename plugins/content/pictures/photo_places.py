"""Photo places: whether the bytes of any file say where a photo or a film in it was taken (EXIF, XMP, QuickTime)."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import islice

from plugins.content.pictures.file_signatures import signature_of

_GPS, _LATITUDE, _LONGITUDE = 0x8825, 2, 4
# EXIF is a TIFF without pixels. It is sought wherever it stands: as photos lie in documents, their headers differ.
# Its first directory is within the first 64 KB.
_TIFF = re.compile(rb"II\*\0..\0\0|MM\0\*\0\0..", re.DOTALL)
_XMP = re.compile(rb"GPSLatitude(?:\s*=\s*[\"']|\s*>)\s*[+-]?\d")
# Without it the letters above are words about it, such as those of a page on photos.
_NAMESPACE = b"ns.adobe.com/exif/1.0/"
# What phones call it; `gpmd` is the track of places that action cameras record.
_MOVIE = re.compile(rb"\xa9xyz|com\.apple\.quicktime\.location|gpmd|loci(?=\0\0\0\0)")
_MOST_HEADERS, _LARGEST_EXIF = 300, 128 * 1024
# Documents of office programs are ZIP archives; a bound for what they unpack to.
_MOST_MEMBERS, _LARGEST_MEMBER, _MOST_UNPACKED = 2000, 24 * 1024 * 1024, 128 * 1024 * 1024


def says_place(content: bytes) -> bool:
    """Whether a file holds coordinates of where it was taken, in itself or in a photo that lies in it."""
    kind = signature_of(content)
    if kind == "movie" and _MOVIE.search(_without_samples(content)):
        return True
    if kind == "ZIP" and _member_says_place(content):
        return True
    if kind == "PNG" and _packed_xmp(content):
        return True
    found = islice(_TIFF.finditer(content), _MOST_HEADERS)
    return _is_in_xmp(content) or any(_has_coordinates(content[at.start() :][:_LARGEST_EXIF]) for at in found)


def _is_in_xmp(content: bytes) -> bool:
    return _NAMESPACE in content and bool(_XMP.search(content))


def _has_coordinates(tiff: bytes) -> bool:
    from PIL import Image  # which most files do without

    exif = Image.Exif()
    try:
        exif.load(b"Exif\0\0" + tiff)
        place = exif.get_ifd(_GPS)
    except Exception:
        # Of any kind: most of what begins so is no EXIF at all.
        return False
    return bool(place.get(_LATITUDE) or place.get(_LONGITUDE))


def _packed_xmp(content: bytes) -> bool:
    """Whether XMP says it in a chunk of a PNG that may be compressed."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            texts = [*getattr(image, "text", {}).values(), image.info.get("xmp", b"")]
    except Exception:
        # Of any kind, as photos.py has it: whether it is whole is not asked here.
        return False
    return any(_is_in_xmp(text.encode() if isinstance(text, str) else text) for text in texts)


def _without_samples(content: bytes) -> bytes:
    """The boxes of a film but its pictures and sound, whose bytes may be anything."""
    kept, at = [], 0
    while at + 8 <= len(content):
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        size = int.from_bytes(content[at + 8 : at + 16], "big") if size == 1 else size or len(content) - at
        if size < 8:
            break
        if name != b"mdat":
            kept.append(content[at : at + size])
        at += size
    return b"".join(kept)


def _member_says_place(content: bytes) -> bool:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()[:_MOST_MEMBERS]
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    left = _MOST_UNPACKED
    for member in members:
        left -= min(member.file_size, _LARGEST_MEMBER)
        if left < 0:
            return False
        try:
            with archive.open(member) as file:
                inner = file.read(_LARGEST_MEMBER)
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError):
            continue  # under a password, or packed in a way that is not known
        # An archive within an archive is not unpacked: it might hold itself.
        if signature_of(inner) != "ZIP" and says_place(inner):
            return True
    return False
