"""Imported files: pictures and downloads of the old site, found, named for addresses and copied."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from unidecode import unidecode

from plugins.content.pictures.picture_kinds import IMAGE_SUFFIXES
from plugins.publishing.checks.forbidden_files import LARGEST_IMAGE
from plugins.publishing.importing.import_records import Kind, OldSite
from plugins.publishing.importing.text_files import inside

# A page of another site, or a text that would want to be a page of this one.
_NO_DOWNLOADS = {".html", ".htm", ".xhtml", ".php", ".js", ".css", ".md", ".markdown", ".mdown", ".mkd", ".txt", ".rst"}
_THUMBNAIL = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)|-scaled(?=\.\w{3,4}$)")


@dataclass
class ImportedFiles:
    """The files that texts name, each copied once into the content."""

    site: OldSite
    content: Path
    copied: int = 0
    there: int = 0
    missing: set[str] = field(default_factory=set)
    # By the old address, the new one.
    moved: dict[str, str] = field(default_factory=dict)
    _placed: dict[Path, str] = field(default_factory=dict)
    _taken: dict[str, Path] = field(default_factory=dict)

    def find(self, address: str, folder: str = "") -> Path | None:
        """The file at an address of the old site, or beside the text that names it."""
        places = [(start, root) for start, root in self.site.files if address.startswith(start)]
        tried = [(root, address.removeprefix(start)) for start, root in places]
        if self.site.root is not None and not address.startswith("/"):
            tried.append((self.site.root, f"{folder}/{address}".lstrip("/")))
        for root, path in tried:
            # The file as it was uploaded is larger than what WordPress made of it, and the site makes its own.
            for name in dict.fromkeys((_THUMBNAIL.sub("", path), path)):
                if found := inside(root, name.lstrip("/")):
                    return found
        return None

    def bring(self, found: Path, address: str, file: str, line: int) -> str:
        """Copy a file into the content; its place there, or an empty text where it cannot be, which is told."""
        if found in self._placed:
            return self._placed[found]
        size = found.stat().st_size
        if found.suffix.lower() in _NO_DOWNLOADS or size > LARGEST_IMAGE:
            why = "is larger than 12 MB" if size > LARGEST_IMAGE else "is of a kind that is no picture and no download"
            self.site.tell(Kind.PICTURE, file, line, f"{address} {why}, and was not copied.")
            return ""
        data = found.read_bytes()
        place = self._place(self._shown(found), data, found)
        self._placed[found] = place
        if not (self.content / place).exists():
            (self.content / place).parent.mkdir(parents=True, exist_ok=True)
            with (self.content / place).open("xb") as file_there:
                file_there.write(data)
            self.copied += 1
        else:
            self.there += 1
        return place

    def expected(self, address: str) -> str:
        """Where a file should be put that was not found."""
        return legal_place(_THUMBNAIL.sub("", address))

    def _shown(self, found: Path) -> str:
        for _start, root in [*self.site.files, ("", self.site.root or found.parent)]:
            if found.is_relative_to(root.resolve()):
                return found.relative_to(root.resolve()).as_posix()
        return found.name

    def _place(self, shown: str, data: bytes, found: Path) -> str:
        place = legal_place(shown)
        there = self.content / place
        is_other = self._taken.setdefault(place, found) != found or (there.exists() and there.read_bytes() != data)
        if is_other:
            path = PurePosixPath(place)
            place = str(path.with_name(f"{path.stem}-{hashlib.sha256(data).hexdigest()[:8]}{path.suffix}"))
        return place


def is_picture(address: str) -> bool:
    """Whether an address names a picture that the site can show."""
    return PurePosixPath(address.lower()).suffix in IMAGE_SUFFIXES


def legal_place(path: str) -> str:
    """Where a file of the old site is put: below `images`, or `files` where it is no picture, in plain letters."""
    home = "images" if is_picture(path) else "files"
    # Folders that only say what the one here says already.
    names = [legal_name(name) for name in path.strip("/").split("/") if name not in ("", ".", "..")]
    while len(names) > 1 and names[0] in (
        "images",
        "image",
        "img",
        "files",
        "static",
        "assets",
        "uploads",
        "wp-content",
    ):
        names.pop(0)
    return "/".join([home, *names[-4:]]) if names else f"{home}/file"


def legal_name(name: str) -> str:
    """A file's name in small letters, digits, dots and dashes."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    plain = re.sub(r"[^a-z0-9]+", "-", unidecode(stem).lower()).strip("-")[:80].strip("-")
    plain = plain or hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
    ending = re.sub(r"[^a-z0-9]", "", suffix.lower())[:8]
    return f"{plain}.{ending}" if ending else plain
