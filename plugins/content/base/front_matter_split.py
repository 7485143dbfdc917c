"""Front matter split: a file's text parted into front matter and Markdown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from plugins.content.base.faults import ContentError, Fault
from plugins.domain.language import _

_FRONT_MATTER = re.compile(r"---[ ]*\n(.*?)^---[ ]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def read_text(root: Path, path: Path) -> str:
    """Read a text file below `root`; raises ContentError."""
    try:
        with open(os.path.join(root, path), "rb", buffering=0) as file:  # each text is read several times
            text = file.read().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError([Fault(path, 1, _("Il file manca. Crealo."))]) from error
    except OSError as error:
        raise ContentError(
            [Fault(path, 1, _("Il file non si può leggere. Controlla che sia un file e non una cartella."))]
        ) from error
    except UnicodeDecodeError as error:
        raise ContentError(
            [Fault(path, 1, _("Il file non è in UTF-8. Salvalo con questa codifica dal menu del tuo editor."))]
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class Parted(NamedTuple):
    """Split file: its front matter, its Markdown, and the line on which that begins."""

    head: str
    body: str
    body_line: int


def parted(root: Path, path: Path) -> Parted:
    """Read a Markdown file below `root` that opens with YAML between two lines of `---`; raises ContentError."""
    text = read_text(root, path)
    found = _FRONT_MATTER.match(text)
    if found is None and re.match(r"\+\+\+[ ]*\n", text):
        what = _(
            "L’intestazione è fra due righe «+++», cioè in TOML. Qui si scrive in YAML fra due righe «---», con i due "
            "punti al posto dell’uguale. Esempio: title: Un titolo"
        )
        raise ContentError([Fault(path, 1, what)])
    if found is None:
        what = _(
            "Manca l’intestazione. "
            "Comincia il file con una riga «---», le voci, e un’altra riga «---». Esempio: title: Un titolo"
        )
        raise ContentError([Fault(path, 1, what)])
    return Parted(found[1], text[found.end() :], found[0].count("\n") + 1)
