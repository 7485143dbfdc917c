"""Animations: a GIF, a WebP or a PNG with its frames as they are and its metadata taken out, losing nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from plugins.content.pictures.file_signatures import signature_of
from plugins.content.pictures.photo_places import says_place
from plugins.content.pictures.photos import UnreadableError, open_photo
from plugins.domain.language import _

_PNG = b"\x89PNG\r\n\x1a\n"
# What is needed to show a picture in its colours; all else is about it.
_PNG_CHUNKS = frozenset(
    b"IHDR PLTE tRNS IDAT IEND acTL fcTL fdAT gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI".split()
)
_WEBP_CHUNKS = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
# In VP8X, the bits that say that there is EXIF or XMP.
_WEBP_METADATA = 0b1100
_FRAME_HEADER = 16
_GIF_CONTROL, _GIF_APPLICATION, _GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0xF9, 0xFF, 0x21, 0x2C, 0x3B
# How often it is repeated.
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def without_metadata(content: bytes) -> tuple[bytes, int, int]:
    """The animation without what is not shown, its width and its height. Raises UnreadableError."""
    width, height = open_photo(content).size
    parts = {"GIF": _gif, "WebP": _webp, "PNG": _png}[str(signature_of(content))]
    try:
        plain = b"".join(parts(content))
        # Of a damaged file the parts may not be what they say.
        open_photo(plain)
        is_whole = not says_place(plain)
    except (IndexError, struct.error, UnreadableError):
        is_whole = False  # the first picture has been read: it is a later one that ends too early
    if not is_whole:
        raise UnreadableError(
            _("L’animazione non è intera: il file è rovinato. Copialo di nuovo, o esportala di nuovo come GIF.")
        )
    return plain, width, height


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at, name = len(_PNG), b""
    while name != b"IEND":
        (size, name) = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + size + 12]
        if len(chunk) < size + 12:
            raise IndexError(name)
        if name in _PNG_CHUNKS:
            yield chunk
        at += len(chunk)


def _webp(content: bytes) -> Iterator[bytes]:
    (size,) = struct.unpack_from("<I", content, 4)
    if len(content) < size + 8:
        raise IndexError(size)
    kept = b"".join(_riff_chunks(content[12 : size + 8]))
    yield b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP"
    yield kept


def _riff_chunks(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        chunk = content[at + 8 : at + 8 + size]
        if len(chunk) < size:
            raise IndexError(name)
        at += 8 + size + size % 2
        if name == b"VP8X":
            chunk = bytes([chunk[0] & ~_WEBP_METADATA]) + chunk[1:]
        elif name == b"ANMF":
            chunk = chunk[:_FRAME_HEADER] + b"".join(_riff_chunks(chunk[_FRAME_HEADER:]))
        if name in _WEBP_CHUNKS:
            yield name + struct.pack("<I", len(chunk)) + chunk + b"\0" * (len(chunk) % 2)


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10])
    yield content[:at]
    control = b""
    while content[at] != _GIF_END:
        start, what = at, content[at]
        if what == _GIF_EXTENSION:
            at = _after_blocks(content, at + 2)
            if content[start + 1] == _GIF_CONTROL:
                control = content[start:at]
            elif content[start + 1] == _GIF_APPLICATION and content[start + 3 : start + 14] in _GIF_LOOPS:
                yield content[start:at]
        elif what == _GIF_IMAGE:
            at = _after_blocks(content, at + 10 + _colours(content[at + 9]) + 1)
            # Said of the picture that follows: of a text that is left out it would go to the next one.
            yield control + content[start:at]
            control = b""
        else:
            raise IndexError(at)
    yield bytes([_GIF_END])


def _colours(flags: int) -> int:
    """The bytes of a table of colours, which its flags announce."""
    return 3 * 2 ** ((flags & 0b111) + 1) if flags & 0b10000000 else 0


def _after_blocks(content: bytes, at: int) -> int:
    """Where a chain of blocks ends, each with its length before it and the last one empty."""
    while size := content[at]:
        at += size + 1
    return at + 1
