"""Links between content files in Markdown, Pelican's `{filename}` and `{static}`."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from difflib import get_close_matches
from pathlib import Path, PurePath
from posixpath import join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import content_files, is_ignored
from plugins.content.base.translated_files import original_files
from plugins.content.base.yaml_locations import Document
from plugins.content.markup.embeds import LINE, STRAY
from plugins.content.markup.rst_document import TEXTS
from plugins.domain.language import _

if TYPE_CHECKING:
    from plugins.content.markup.markdown_parts import Markup

# Folders of texts that pages show, and none of which is a page.
OF_CLIENTS = (TESTIMONIALS, CASES) = ("testimonials", "cases")
_LINK = re.compile(r"(?P<sure>\]\()?\{(?P<what>filename|static|attach)\}(?P<path>[^\s\"'<>)#?]*)")
_FILE = re.compile(r"\{(?P<what>\w+)\}(?P<path>[^#?]*)")


def page_files(root: Path) -> set[str]:
    """The texts that become pages, relative to the content's folder."""
    found = {path.as_posix() for path in original_files(root, "*/**/*.md") if path.parts[0] not in OF_CLIENTS}
    return found | {
        path.as_posix() for path in original_files(root, "*/**/*.rst") if path.parts[0] in ("blog", "pages")
    }


def target(document: Document, path: str) -> str:
    """The file a link leads to, relative to the content's folder; `/` starts there, all else beside the document."""
    plain = unquote(path)
    # Pelican looks for the first as it is written.
    return plain[1:] if plain.startswith("/") else normpath(join(document.path.parent.as_posix(), plain))


def broken_links(root: Path, document: Document, pages: Container[str]) -> Iterator[Fault]:
    """Tell every link of a document that leads nowhere; `pages` are the Markdown files that become pages."""
    # Most texts have none, and in nearly all others each is plain to see and leads somewhere.
    found = list(_LINK.finditer(document.body)) if "{" in document.body else ()
    if (
        LINE.search(document.body)
        or STRAY.search(document.body)
        or any(not one["sure"] or not _leads(root, document, one["what"], one["path"], pages) for one in found)
    ):
        # Only here: what may be a link, and where, Markdown alone can tell.
        from plugins.content.markup.markdown_parts import read_markup

        yield from link_faults(root, document, read_markup(document), pages)


def link_faults(root: Path, document: Document, markup: Markup, pages: Container[str]) -> Iterator[Fault]:
    """The same, of a document that was converted; what is shown as code is none."""
    for link, line in markup.links:
        found = _FILE.match(link)
        if found is None or found["what"] not in ("filename", "static", "attach"):
            continue
        if _leads(root, document, found["what"], found["path"], pages):
            continue
        if found["what"] == "filename":
            what = _(
                "Il collegamento «%(link)s» non porta a nessuna pagina. Correggi il percorso, o toglilo.", link=found[0]
            )
        else:
            what = _(
                "Il collegamento «%(link)s» porta a un file che non c’è. Mettilo in images, o correggi il nome.",
                link=found[0],
            )
        meant = _near(root, target(document, found["path"]), found["what"])
        yield Fault(document.path, line, f"{what} {meant}".rstrip())
    for what, line in markup.embed_faults:
        yield Fault(document.path, line, what)
    for shown, line in markup.shown:
        what = _(
            "«%(link)s» non diventa un collegamento, e si legge così com’è. "
            "Scrivi le parole tra parentesi quadre e il file tra tonde. "
            "Esempio: [i servizi]({filename}/pages/servizi.md)",
            link=shown,
        )
        yield Fault(document.path, line, what)


def _leads(root: Path, document: Document, what: str, path: str, pages: Container[str]) -> bool:
    place = target(document, path)
    if what == "filename":
        return place in pages
    # Pelican finds it by its whole name; one outside of the images it copies if no other sign stands for a letter.
    is_plain = normpath(place) == place and not place.startswith("../") and not is_ignored(PurePath(place))
    is_copied = place.startswith("images/") or "%" not in path.replace("%20", " ")
    return is_plain and is_copied and place not in pages and (root / place).is_file()


def _near(root: Path, place: str, what: str) -> str:
    # By names alone: of two paths, folder and ending are alike anyhow. In another folder it is the same name or none.
    name, folder = PurePath(place).stem, PurePath(place).parent
    files = [file for file in content_files(root) if (file.suffix in TEXTS) == (what == "filename")]
    moved = [file for file in files if file.stem == name]
    beside = {file.stem: file for file in files if file.parent == folder}
    near = moved or [beside[one] for one in get_close_matches(name, beside, 1)]
    return _("Forse «%(key)s»?", key=f"/{near[0].as_posix()}") if near else ""
