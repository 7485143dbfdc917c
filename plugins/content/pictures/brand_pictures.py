"""Brand pictures: logo, icon and portrait that the identity names, with their sizes, and what is wrong with them."""

from __future__ import annotations

import io
from pathlib import Path

from plugins.content.base.examples import example_of
from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import is_ignored
from plugins.content.base.yaml_locations import Document
from plugins.content.pictures.brand import KINDS, Brand, BrandPicture
from plugins.content.pictures.drawing_faults import drawing_faults
from plugins.content.pictures.inline_drawings import inline_drawing
from plugins.content.pictures.photo_addresses import PORTRAIT_FORMATS, photo_name, portrait_address, portrait_size
from plugins.content.pictures.picture_kinds import IMAGE_SUFFIXES, Kind, kind_of
from plugins.content.pictures.svg_size import svg_size
from plugins.domain.identity import Identity
from plugins.domain.language import _

# Each page brings the logo along.
MOST_BYTES = 200 * 1024
_MOST_PIXELS = 4_000_000
_SUFFIXES = {"favicon": (".svg", ".png"), "portrait": tuple(sorted(IMAGE_SUFFIXES))}
# Each page would bring it along anew; what is larger is fetched once.
_LARGEST_DRAWING = 8_000
# By which a drawn portrait follows the page: theme/static/css/tokens/colours.css and blocks/portrait.css.
COLOURS = frozenset(
    {
        *("bg", "surface", "ink", "muted", "macro", "micro", "macro-tint", "micro-tint", "mark", "on-mark", "grid"),
        *("portrait-line", "portrait-paper", "portrait-skin", "portrait-hair", "portrait-glasses"),
    }
)


def read_brand(root: Path, identity: Identity, document: Document, faults: list[Fault]) -> Brand:
    """The pictures that an identity names, adding what is wrong with each to `faults`."""
    found: dict[str, BrandPicture | None] = {}
    for key in ("logo", "logo_dark", "favicon", "portrait"):
        path = getattr(identity, key)
        try:
            found[key] = path and _read(root, key, path, faults)
        except ValueError as error:
            faults.append(document.fault((key,), _("«%(key)s»: %(fault)s", key=key, fault=error)))
    if identity.logo_dark and not identity.logo:
        what = _("Manca «logo», di cui «logo_dark» è la versione scura. Aggiungilo. Esempio: logo: images/logo.svg")
        faults.append(document.fault(("logo_dark",), what))
    return Brand(**found)


def _read(root: Path, key: str, path: str, faults: list[Fault]) -> BrandPicture:
    """A picture; raises ValueError with what is wrong with it, and tells in its own file what is wrong there."""
    place, suffixes = Path(path), _SUFFIXES.get(key, tuple(KINDS))
    is_ours = path.startswith("images/") and ".." not in place.parts and not is_ignored(place)
    if not is_ours or not (root / place).is_file():
        raise ValueError(
            _(
                "l’immagine «%(image)s» non c’è. Mettila in content/images. Esempio: %(example)s",
                image=path,
                example=example_of((key,)),
            )
        )
    if place.suffix.lower() not in suffixes:
        raise ValueError(
            _(
                "«%(image)s» non è di un tipo adatto. I tipi sono: %(kinds)s. Esempio: %(example)s",
                image=path,
                kinds=", ".join(suffixes),
                example=example_of((key,)),
            )
        )
    content, drawing = (root / place).read_bytes(), None
    if key == "portrait" and kind_of(place, content) is not Kind.DRAWING:
        return _photo(path, content)
    if len(content) > MOST_BYTES:
        raise ValueError(
            _(
                "«%(image)s» è di %(size)s kB, e ogni pagina lo porta con sé: il massimo è %(most)s kB. "
                "Riducilo. Esempio: un PNG alto 160 pixel",
                image=path,
                size=-(-len(content) // 1024),
                most=MOST_BYTES // 1024,
            )
        )
    if place.suffix.lower() == ".svg":
        wrong = [Fault(place, *told) for told in drawing_faults(content)]
        faults.extend(wrong)
        size = svg_size(content.decode("utf-8", "replace"))
        if key == "portrait" and len(content) <= _LARGEST_DRAWING:
            drawing = inline_drawing(content, COLOURS)
    else:
        size = _pixels(content)
    if not size or not all(size):
        raise ValueError(
            _(
                "di «%(image)s» non si capisce quanto è grande: se è un disegno manca viewBox, se è una foto "
                "è rovinata o troppo grande. Esporta di nuovo il file. Esempio: un PNG alto 160 pixel",
                image=path,
            )
        )
    return BrandPicture(path, *size, drawing=drawing)


def _photo(path: str, content: bytes) -> BrandPicture:
    """A photo of any size, as the portrait that the build cuts out of it."""
    from plugins.content.pictures.photos import UnreadableError, photo_size  # as below

    if kind_of(Path(path), content) is Kind.ANIMATION:
        raise ValueError(_("«%(image)s» si muove: qui serve una foto ferma. Esportala come JPEG", image=path))
    try:
        size = photo_size(content)
    except UnreadableError as error:
        raise ValueError(f"{path} — {error}") from error
    avif, webp = (portrait_address(photo_name(path, content), form) for form in PORTRAIT_FORMATS)
    return BrandPicture(webp, *portrait_size(*size), avif)


def _pixels(content: bytes) -> tuple[int, int] | None:
    from PIL import Image  # which an endpoint with a drawing, or none, does without

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            opened.load()
            return opened.size
    except Exception:
        # Of any kind: on bytes that are no picture Pillow's readers raise whatever they come across.
        return None
