"""Picture faults: why a file of the content cannot be published, judged alike by the check and by the build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from plugins.content.pictures.animations import without_metadata
from plugins.content.pictures.drawing_faults import drawing_faults, place_in_drawing, place_told
from plugins.content.pictures.file_signatures import DECODED, UNKNOWN, signature_of
from plugins.content.pictures.photo_places import says_place
from plugins.content.pictures.photos import UnreadableError, open_photo, upright
from plugins.content.pictures.picture_kinds import Kind, is_photo_by_another_name, kind_of
from plugins.domain.language import _

# A line and what is wrong there.
Told = tuple[int, str]

# Pictures for the programs that made them: cameras, drawing programs, printers.
_UNSHOWN = frozenset(
    {
        *(".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2", ".pef", ".srw"),
        *(".psd", ".psb", ".xcf", ".kra", ".jp2", ".jxl", ".tga", ".pcx", ".exr", ".hdr", ".ppm", ".pgm", ".pnm"),
        *(".emf", ".wmf", ".eps", ".icns", ".svgz"),
    }
)


def picture_faults(path: PurePath, content: bytes) -> list[Told]:
    """Everything wrong with a file as a picture; none for what is no picture and holds none with its place."""
    return [*_placeholder(content)] or [*_JUDGES[kind_of(path, content)](path, content)]


def private_faults(path: PurePath, content: bytes) -> list[Told]:
    """Those for which a build stops as well, of files that it would publish as they are."""
    kind = kind_of(path, content)
    if kind is Kind.DRAWING:
        return [(1, place_told())] if place_in_drawing(content) else []
    return [*_placeholder(content), *(_private_file(path, content) if kind is Kind.FILE else ())]


def becomes_still(path: PurePath, content: bytes) -> bool:
    """Whether it moves now and will not on the site: a film of AVIF or HEIF pictures."""
    if kind_of(path, content) is not Kind.PHOTO or signature_of(content) not in {"AVIF", "HEIF"}:
        return False
    return content[8:12] in {b"avis", b"hevc", b"hevx", b"msf1"}


def _placeholder(content: bytes) -> Iterator[Told]:
    if signature_of(content) == "pointer":
        what = _(
            "Qui non c’è il file ma il suo segnaposto di Git LFS, che il sito non sa seguire. Prendi il file vero con "
            "«git lfs pull», e mettilo nel sito senza Git LFS."
        )
        yield 1, what


def _photo(_path: PurePath, content: bytes) -> Iterator[Told]:
    try:
        upright(open_photo(content, least=1), glance=True)
    except UnreadableError as error:
        yield 1, str(error)


def _animation(_path: PurePath, content: bytes) -> Iterator[Told]:
    try:
        without_metadata(content)
    except UnreadableError as error:
        yield 1, str(error)


def _drawing(_path: PurePath, content: bytes) -> Iterator[Told]:
    found = drawing_faults(content)
    yield from found
    if place_in_drawing(content) and not any(what == place_told() for _line, what in found):
        yield 1, place_told()


def _file(path: PurePath, content: bytes) -> Iterator[Told]:
    if path.suffix.lower() in _UNSHOWN:
        yield 1, _not_shown(path.suffix.lower())
    else:
        yield from _private_file(path, content)


def _private_file(path: PurePath, content: bytes) -> Iterator[Told]:
    """What tells on its owner in a file that is published as it is."""
    kind = signature_of(content)
    if kind in UNKNOWN:
        yield 1, _not_shown(kind or "")
    elif is_photo_by_another_name(path, content):
        what = _(
            "È una foto (%(kind)s), ma il nome non lo dice: così non si può toglierle il luogo dello scatto. "
            "Rinominala. Esempio: %(name)s",
            kind=kind,
            name=f"{path.name.partition('.')[0] or 'foto'}.jpg",
        )
        yield 1, what
    elif says_place(content):
        yield (
            1,
            _("Il filmato dice dove è stato girato. Togli la posizione sul telefono, o esportalo senza.")
            if kind == "movie"
            else _(
                "Nel file c’è una foto che dice dove è stata scattata. Togli la posizione dalla foto, "
                "e poi rifai il file."
            ),
        )


def _not_shown(kind: str) -> str:
    return _(
        "I browser non mostrano immagini di questo tipo («%(kind)s»). Esportala come JPEG o PNG. "
        "I tipi sono: %(kinds)s.",
        kind=kind,
        kinds=", ".join(sorted(DECODED)),
    )


_JUDGES = {Kind.PHOTO: _photo, Kind.ANIMATION: _animation, Kind.DRAWING: _drawing, Kind.FILE: _file}
