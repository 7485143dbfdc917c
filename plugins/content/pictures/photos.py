"""Photo decoding: any image format that a phone, a camera or an office program writes, as upright pixels in sRGB."""

from __future__ import annotations

import io
import warnings

import pi_heif
from PIL import Image, PngImagePlugin

from plugins.content.pictures.colour_profiles import DepthError, in_srgb
from plugins.content.pictures.file_signatures import DECODED, signature_of
from plugins.domain.language import _

pi_heif.register_heif_opener()

# More than phones take; beyond it a small file could fill the memory. Ours is asked before anything is decoded.
MOST_PIXELS = 120_000_000
Image.MAX_IMAGE_PIXELS = None
# Editors write their history into it, megabytes of it; Pillow's other limit, for all of a file's texts, stays.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024
# Pillow knows more, some by programs that it starts: what a file is is not the file's to choose.
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "GIF")
_ORIENTATION, _SUBFILE = 0x0112, 254
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_GLANCE = 64


class UnreadableError(Exception):
    """The bytes are no picture, or not a whole one, or none that can be shown; says why and how to mend it."""


def open_photo(content: bytes, least: int | None = None, is_whole: bool = True) -> Image.Image:
    """Open and decode a photo, as it lies in the file; `least` is how many pixels wide at least it has to be read.

    One that is not asked for whole is not decoded. Raises UnreadableError.
    """
    if signature_of(content) not in DECODED:
        raise UnreadableError(
            _(
                "La foto non si legge: non è di un tipo che il sito conosce. Esportala come JPEG. "
                "I tipi sono: %(kinds)s.",
                kinds=", ".join(sorted(DECODED)),
            )
        )
    # What is odd and can be read all the same is not for whoever writes the site to hear of, in English.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        opened = Image.open(io.BytesIO(content), formats=_FORMATS)
        _refuse_what_cannot_be_shown(opened)
        if least is not None:
            # A JPEG is read at an eighth of its size in a fraction of the time, to its last byte all the same.
            opened.draft(None, (least, least))
        if is_whole:
            opened.load()
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        # Of any kind: on bytes that are no picture Pillow's readers raise whatever they come across.
        what = _(
            "La foto non si legge: il file è rovinato, o non è intero. Copialo di nuovo, o esportalo come JPEG. "
            "Esempio: la-scrivania.jpg"
        )
        raise UnreadableError(what) from error
    return opened


def _refuse_what_cannot_be_shown(opened: Image.Image) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise UnreadableError(
            _(
                "La foto è di %(width)s × %(height)s pixel: sono troppi. Riducila. Esempio: una foto larga 2000 pixel",
                width=opened.width,
                height=opened.height,
            )
        )
    if opened.format == "TIFF" and _has_pages(opened):
        what = _(
            "Il file ha più pagine, e sul sito se ne vedrebbe una sola. Esportalo come PDF, "
            "oppure una pagina alla volta come PNG."
        )
        raise UnreadableError(what)


def _has_pages(opened: Image.Image) -> bool:
    """Whether there is another page besides the first; a smaller copy of it, as cameras add, is none."""
    for number in range(1, getattr(opened, "n_frames", 1)):
        opened.seek(number)
        if not opened.tag_v2.get(_SUBFILE, 0) & 1:  # type: ignore[attr-defined]
            return True
    opened.seek(0)
    return False


def photo_size(content: bytes) -> tuple[int, int]:
    """Width and height of a photo as it is held, from its head alone. Raises UnreadableError."""
    opened = open_photo(content, is_whole=False)
    return opened.size if _orientation(opened) < 5 else opened.size[::-1]


def upright(opened: Image.Image, glance: bool = False) -> Image.Image:
    """The pixels alone, turned as the camera was held, in sRGB; of a `glance` a few of them. Raises UnreadableError."""
    turn = _TURNS.get(_orientation(opened))
    image: Image.Image = opened
    if glance:
        image = opened.resize((min(opened.width, _GLANCE), min(opened.height, _GLANCE)), Image.Resampling.NEAREST)
    try:
        image = in_srgb(image)
    except DepthError as error:
        what = _("La foto ha colori a 32 bit, che nessun browser mostra. Esportala a 8 bit, come JPEG o PNG.")
        raise UnreadableError(what) from error
    image = image if turn is None else image.transpose(turn)
    # A new picture of the same pixels: none of what the file said besides them.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:
        # Of any kind, as above: what a camera says of itself may be ruined where its photo is whole.
        return 1
