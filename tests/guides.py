"""The writer's guide in each of its languages, with the content that its examples are made for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from tests.building import CONTENT, ROOT
from tests.publishing.start.checkout import clone, start

# Who reads the English one: its site is made by `make mine`, as it tells her to.
ELLEN: Mapping[str, str] = {
    "language": "en",
    "name": "Ellen Marsh",
    "brand": "Marsh Advice",
    "profession": "business adviser in Bristol",
    "email": "ellen@marshadvice.example",
    "phone": "+44 117 496 0123",
    "country": "GB",
    "address": "12 Corn Street, Bristol BS1 1HT",
    "kind": "advice",
    "site": "https://marshadvice.example",
}


@dataclass(frozen=True)
class Guide:
    """One guide, and the files of its content that its examples name."""

    language: str
    file: str
    new_post: str
    service: str
    page: str

    @property
    def text(self) -> str:
        """The whole guide."""
        return (ROOT / "docs" / self.file).read_text(encoding="utf-8")

    @property
    def blocks(self) -> list[str]:
        """Its blocks of code."""
        return code_blocks(self.text)

    @property
    def sections(self) -> list[str]:
        """Its chapters and their parts, each from its heading on."""
        return re.split(r"(?m)^(?=##+ )", self.text)

    def block(self, beginning: str) -> str:
        """The one block that begins with some words."""
        (found,) = [one for one in self.blocks if one.startswith(beginning)]
        return found

    def content(self, folder: Path) -> Path:
        """A copy of its content in a folder: the sample, or the content of whoever reads the English one."""
        if self.language == "it":
            return Path(shutil.copytree(CONTENT, folder / "content"))
        # The content where a command is run decides which language it speaks.
        with chdir(CONTENT.parent):
            assert start(clone(folder), ELLEN) == 0
        return folder / "content"


ITALIAN_GUIDE = Guide(
    "it",
    "guida.md",
    "content/blog/tre-modi-di-dire-no-a-un-preventivo.md",
    "services/macro/verifica-costi.md",
    "pages/chi-sono.md",
)
ENGLISH_GUIDE = Guide(
    "en",
    "guide.md",
    "content/blog/three-ways-to-say-no-to-a-quote.md",
    "services/advice/an-opinion.md",
    "pages/about.md",
)
GUIDES = (ITALIAN_GUIDE, ENGLISH_GUIDE)


def code_blocks(text: str) -> list[str]:
    """The indented blocks of a document, without their indent."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    return ["\n".join(line[4:] for line in block.strip("\n").split("\n")) for block in blocks]
