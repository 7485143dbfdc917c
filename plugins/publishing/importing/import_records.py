"""Import records: what a reader of another system hands over, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Literal
from urllib.parse import unquote


class Kind(StrEnum):
    """What a line of the report is about."""

    UNREAD = "Not carried: files, posts and pages"
    COMMENT = "Not carried: comments"
    MARKUP = "Parts of texts that are otherwise than they were"
    PICTURE = "Pictures and files"
    LINK = "Links"
    ADDRESS = "Old addresses"
    KEY = "Front matter"
    LABEL = "Categories and tags"


@dataclass(frozen=True, order=True)
class Told:
    """A line of the report: what could not be carried as it was, and where it stands in the source."""

    kind: Kind
    file: str
    line: int
    what: str


@dataclass
class ImportedPost:
    """A post or page as it was; `body` is Markdown whose links are still those of the old site."""

    file: str
    line: int
    kind: Literal["post", "page"] = "post"
    title: str = ""
    slug: str = ""
    day: date | None = None
    modified: date | None = None
    category: str = ""
    tags: list[str] = field(default_factory=list)
    summary: str = ""
    is_draft: bool = False
    image: str = ""
    image_alt: str = ""
    image_line: int = 1
    body: str = ""
    # What the body was converted from, where its lines are not those of the source; it begins at `line`.
    original: str = ""
    # Where it was found, its own address first; each begins with a slash and may hold a query.
    addresses: list[str] = field(default_factory=list)
    # Other names that links of the same source have for it: files, relative to the source's root.
    names: list[str] = field(default_factory=list)
    # The folder that pictures and links beside it are meant from, relative to the source's root.
    folder: str = ""
    has_time: bool = False

    def line_of(self, address: str, body: str, place: int) -> int:
        """The line of the source where an address stands that is at a place of the body."""
        if not self.original:
            return self.line + body.count("\n", 0, place)
        for written in (address, escape(address), unquote(address), unquote(address).replace(" ", "%20")):
            if (found := self.original.find(written)) >= 0:
                return self.line + self.original.count("\n", 0, found)
        return self.line


@dataclass
class OldSite:
    """Everything that was read of another system."""

    posts: list[ImportedPost] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    # Addresses that begin so are those of the old site itself.
    origins: list[str] = field(default_factory=list)
    # Where the old site began on its server: an empty text, or `/blog`.
    base: str = ""
    # Where the files at an address of the old site lie: the beginning of the address, and the folder.
    files: list[tuple[str, Path]] = field(default_factory=list)
    # The folder that `ImportedPost.folder` and `names` are relative to.
    root: Path | None = None
    # Lists by category or tag: the old address, the label.
    lists: dict[str, tuple[Literal["categoria", "tag"], str]] = field(default_factory=dict)
    # Pages that only showed a picture, by their addresses: where the picture is.
    picture_pages: dict[str, str] = field(default_factory=dict)
    # Texts for pictures that the old site kept beside them, by address.
    alts: dict[str, str] = field(default_factory=dict)
    comments: int = 0
    found: int = 0

    def tell(self, kind: Kind, file: str, line: int, what: str) -> None:
        """Add a line to the report."""
        self.told.append(Told(kind, file, line, " ".join(what.split())[:400]))
