"""Forbidden files: what may not lie in the content's folder, whatever it is called."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from pathlib import Path, PurePath

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import content_files, is_ignored
from plugins.content.markup.links import OF_CLIENTS
from plugins.content.pictures.picture_faults import becomes_still, picture_faults
from plugins.content.templates.formats import decimal
from plugins.domain.language import _

LARGEST_IMAGE = 12 * 1024 * 1024
LARGEST_TEXT = 512 * 1024
_TEXT = {".md", ".rst", ".yaml", ".yml", ".svg"}
# Texts that other programs write, and no build here reads.
_DOCUMENTS = frozenset(
    {
        *(".html", ".htm", ".xhtml", ".adoc", ".asciidoc", ".asc", ".textile", ".org", ".mediawiki", ".wiki", ".tex"),
        *(".ipynb", ".docx", ".doc", ".odt", ".rtf", ".pages", ".njk", ".haml", ".pug"),
    }
)
# Where texts lie, with the parts of their paths.
_HOMES = {"blog": 2, "pages": 2, "services": 3} | dict.fromkeys(OF_CLIENTS, 2)
_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def walk(root: Path) -> Iterator[tuple[Path, os.DirEntry[str]]]:
    """Every file below a folder, with its path relative to it, in the order of names; links are not followed.

    What systems and editors leave there is left out.
    """
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if is_ignored(PurePath(entry.name)):
            continue
        if entry.is_dir(follow_symlinks=False):
            for path, inner in walk(Path(entry.path)):
                yield Path(entry.name) / path, inner
        else:
            yield Path(entry.name), entry


def unfit_files(root: Path) -> Iterator[Fault]:
    """Tell links, files too large, pictures that cannot be published, and names that no address can hold."""
    for path, entry in walk(root):
        if entry.is_symlink():
            yield Fault(path, 1, _("È un collegamento simbolico. Mettici il file vero e proprio."))
            continue
        size = entry.stat(follow_symlinks=False).st_size
        limit = LARGEST_TEXT if path.suffix in _TEXT else LARGEST_IMAGE
        if size > limit:
            what = _(
                "Il file è di %(size)s MB, il massimo è %(largest)s MB. Riducilo o toglilo. "
                "Esempio: una foto larga 2000 pixel",
                size=_megabytes(size),
                largest=_megabytes(limit),
            )
            yield Fault(path, 1, what)
        else:
            yield from (Fault(path, *told) for told in picture_faults(path, Path(entry.path).read_bytes()))
        if what := _astray(path):
            yield Fault(path, 1, what)
        if path.parts[0] == "images" and not _SAFE_NAME.fullmatch(path.name):
            what = _(
                "Il nome «%(name)s» non va bene per un indirizzo. Usa minuscole, cifre e trattini. "
                "Esempio: la-mia-scrivania.jpg",
                name=path.name,
            )
            yield Fault(path, 1, what)


def unread_files(root: Path, linked: Container[str]) -> Iterator[Fault]:
    """Tell the documents among the pages that become none, but those that a text links to."""
    for path in content_files(root):
        is_unread = path.parts[0] in _HOMES and path.suffix.lower() in _DOCUMENTS
        if is_unread and path.as_posix() not in linked:
            what = _(
                "Non diventa una pagina: qui si scrive in Markdown. Riscrivilo in un file .md, o collegalo da un testo "
                "se è da scaricare. Esempio: %(name)s",
                name=f"{path.stem.lower()}.md",
            )
            yield Fault(path, 1, what)


def stills(root: Path) -> Iterator[Fault]:
    """Advice on pictures that move now, and will not on the site."""
    for path, entry in walk(root):
        if entry.is_file(follow_symlinks=False) and becomes_still(path, _head(entry.path)):
            what = _(
                "È una sequenza, e sul sito resta ferma alla prima immagine. Se deve muoversi, esportala come GIF."
            )
            yield Fault(path, 1, what)


def _head(file: str) -> bytes:
    with open(file, "rb") as opened:
        return opened.read(256)


def _astray(path: Path) -> str:
    """Why a text is no page, where it looks as if it should be; an empty text where it is one, or need not be."""
    suffix, home = path.suffix.lower(), path.parts[0]
    if path.suffix == ".rst" and home in ("blog", "pages") and len(path.parts) >= _HOMES[home]:
        return ""
    if suffix not in {".md", ".markdown", ".mdown", ".mdx", ".txt", ".mkd", ".rst", ".rest"}:
        return ""
    if path.suffix != ".md":
        return _(
            "Non diventa una pagina: il nome non finisce per .md. Rinominalo. Esempio: %(name)s",
            name=f"{path.stem.lower()}.md",
        )
    depth = _HOMES.get(home)
    if home in OF_CLIENTS and len(path.parts) > _HOMES[home]:
        return _("Nelle sottocartelle di %(folder)s non si legge niente. Sposta il file in %(folder)s.", folder=home)
    if depth is None or (len(path.parts) != depth if home == "services" else len(path.parts) < depth):
        return _(
            "In questa cartella non diventa una pagina. Spostalo in blog, in pages o nell’area di un servizio. "
            "Esempio: services/micro/%(name)s",
            name=path.name,
        )
    return ""


def _megabytes(size: int) -> str:
    return decimal(size / 1024 / 1024, 1)
