"""Links between content files in Markdown, Pelican's `{filename}` and `{static}`."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from difflib import get_close_matches
from pathlib import Path, PurePath
from posixpath import join, normpath
from urllib.parse import unquote

from plugins.content.faults import Fault
from plugins.content.ignored_files import content_files, is_ignored
from plugins.content.yaml_locations import Document
from plugins.domain.language import _

_CODE = re.compile(
    r"^(?P<fence>```|~~~).*?^(?P=fence)|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"\{(filename|static|attach)\}([^\s\"'<>)#?]*)")


def target(document: Document, path: str) -> str:
    """The file a link leads to, relative to the content's folder; `/` starts there, all else beside the document."""
    plain = unquote(path)
    return normpath(plain.lstrip("/") if plain.startswith("/") else join(document.path.parent.as_posix(), plain))


def broken_links(root: Path, document: Document, pages: Container[str]) -> Iterator[Fault]:
    """Tell every link of a document that leads nowhere; `pages` are the Markdown files that become pages."""
    if "{" not in document.body:
        return  # most texts have none
    # What is shown as code is not a link; its lines still count.
    text = _CODE.sub(lambda code: "\n" * code[0].count("\n"), document.body)
    for number, line in enumerate(text.split("\n"), document.body_line):
        for found in _LINK.finditer(line):
            place = target(document, found[2])
            if found[1] == "filename":
                fine = place in pages
                what = _("Il collegamento «%(link)s» non porta a nessuna pagina. Correggi il percorso.", link=found[0])
            else:
                fine = not is_ignored(PurePath(place)) and (root / place).is_file()
                what = _(
                    "Il collegamento «%(link)s» porta a un file che non c’è. Mettilo in images, o correggi il nome.",
                    link=found[0],
                )
            if not fine:
                yield Fault(document.path, number, f"{what} {_near(root, place)}".rstrip())


def _near(root: Path, place: str) -> str:
    files = [file.as_posix() for file in content_files(root)]
    near = get_close_matches(place, files, 1)
    return _("Forse «%(key)s»?", key=f"/{near[0]}") if near else ""
