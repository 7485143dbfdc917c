"""Alias conflicts: a redirect that would stand in the place of a page, of a file, or of another redirect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from plugins.content.base.faults import Fault
from plugins.content.cross_checks import RESERVED
from plugins.content.front_matter import FrontMatter, Post
from plugins.content.markup.aliases import alias_place, file_of
from plugins.content.markup.slugs import slug_of
from plugins.content.site import Entry, is_draft
from plugins.content.source_files import Source
from plugins.domain.catalogue import Area, Service
from plugins.domain.language import _

Owner = Source[Entry] | None
# Below these no alias is anybody's; of images and lists of posts each address is looked at.
_OURS = {*RESERVED, "pagefind"} - {"images"}
_NUMBERED = "pagina"


class SiteFiles:
    """The files of a site, each with its owner; some file systems take capitals for small letters."""

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}
        self._folders: dict[str, Owner] = {}

    def add(self, file: str, owner: Owner) -> None:
        place = str(PurePosixPath(file.casefold()))
        self._owners.setdefault(place, owner)
        # By its letters, for there are as many as pages: whoever has a folder has all that it lies in.
        while (place := place.rpartition("/")[0] or ".") not in self._folders:
            self._folders[place] = owner

    def in_the_way(self, file: str) -> tuple[Owner] | None:
        """The owner of what is there already, or would have to be both a file and a folder."""
        path = PurePosixPath(file.casefold())
        for place in (path, *path.parents):
            if str(place) in self._owners:
                return (self._owners[str(place)],)
        return (self._folders[str(path)],) if str(path) in self._folders else None


def occupied(sources: Sequence[Source[Entry]], table: Mapping[str, Owner]) -> SiteFiles:
    """The files of a site by the table of its addresses, and those of its lists of posts."""
    files = SiteFiles()
    for place, owner in table.items():
        # A draft is not there: what it had may lead to another page meanwhile.
        if owner is None or not is_draft(owner.value):
            files.add(file_of(f"/{place}"), owner)
    for label in _labels(sources):
        files.add(file_of(f"/{label}"), None)
        files.add(f"{label}feed.xml", None)
    return files


def is_ours(place: str) -> bool:
    """Whether an address lies where none is anybody's."""
    first, *others = place.casefold().split("/")
    return first in _OURS or (first == "blog" and _NUMBERED in others)


def claim_aliases(sources: Sequence[Source[Entry]], table: dict[str, Owner], faults: list[Fault]) -> None:
    """Put the aliases into the table of all addresses; those that are taken go to `faults`."""
    files = occupied(sources, table)
    for source in sources:
        for index, alias in enumerate(_aliases(source.value)):
            try:
                place = alias_place(alias)
            except ValueError:
                continue  # told with the others of its file
            found = files.in_the_way(file_of(alias))
            if found or is_ours(place):
                faults.append(taken(source, ("aliases", index), place, found[0] if found else None))
            else:
                files.add(file_of(alias), source)
                table[place] = source


def _aliases(value: Entry) -> tuple[str, ...]:
    return value.aliases if isinstance(value, FrontMatter | Area | Service) else ()


def _labels(sources: Sequence[Source[Entry]]) -> Iterator[str]:
    """The addresses of the lists of posts, by category and by tag."""
    for source in sources:
        if isinstance(source.value, Post):
            yield f"blog/categoria/{slug_of(source.value.category)}/"
            yield from (f"blog/tag/{slug_of(tag)}/" for tag in source.value.tags)


def taken(source: Source[Entry], location: tuple[str | int, ...], place: str, owner: Owner) -> Fault:
    """The fault of a document that wants an address of another's, or of the site's own where there is no owner."""
    if owner is None:
        what = _("L’indirizzo /%(place)s è già del sito. Scegline un altro.", place=place)
    else:
        file = owner.document.path.as_posix()
        what = _("L’indirizzo /%(place)s è già di %(file)s. Scegline un altro.", place=place, file=file)
    return source.document.fault(location, what)
