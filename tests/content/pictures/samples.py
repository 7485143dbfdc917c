"""Files as cameras, phones and programs write them, each with an invented place in it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

from tests.media.photo import GPS, HOME, MAKE, ORIENTATION

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    b' exif:GPSLatitude="45,27.85N" exif:GPSLongitude="9,11.40E" note="SEGRETO"/></rdf:RDF></x:xmpmeta>'
    b'<?xpacket end="w"?>'
)
RED, BLUE = (200, 20, 20), (20, 20, 200)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The bytes of a picture in a format."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def flat(form: str, colour: tuple[int, ...] | int = RED, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    options = {"quality": 100, "subsampling": 0} if form == "JPEG" and mode == "RGB" else {}
    return saved(Image.new(mode, size, colour), form, **options)


def exif(orientation: int = 1) -> bytes:
    """What a phone says of a photo: how it was held, by whom and where."""
    told = Image.Exif()
    told[ORIENTATION], told[MAKE] = orientation, "TELEFONO-SEGRETO"
    told.get_ifd(GPS).update(HOME)
    return told.tobytes()


def frames(form: str, **options: object) -> bytes:
    """Three pictures that move, red first."""
    three = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE, (20, 200, 20))]
    return saved(three[0], form, save_all=True, append_images=three[1:], duration=80, loop=0, **options)


def animated_gif() -> bytes:
    """With a remark, and with XMP in an extension of its own, as editors write it."""
    whole = frames("GIF", comment=b"COMMENTO-SEGRETO")
    xmp = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return whole[:-1] + xmp + b";"


def animated_webp() -> bytes:
    """With EXIF and XMP, each in its chunk."""
    return frames("WEBP", exif=exif(), xmp=XMP, lossless=True)


def animated_png() -> bytes:
    """With EXIF, and XMP in a text."""
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    texts.add_text("Author", "SEGRETO")
    return frames("PNG", exif=exif(), pnginfo=texts)


def png_of_16_bits(colour: tuple[int, int, int]) -> bytes:
    """A PNG of three channels of 16 bits, as scanners write it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + struct.pack(">3H", *colour) * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def document(content: bytes, name: str = "word/media/image1.jpeg") -> bytes:
    """A document of an office program with a photo in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, content)
    return file.getvalue()


def movie(inner: bytes) -> bytes:
    """A film whose index holds some bytes, and whose samples could be anything."""

    def box(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data) + 8) + name + data

    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"mdat", b"\xa9xyz loci gpmd") + box(b"moov", box(b"udta", inner))
