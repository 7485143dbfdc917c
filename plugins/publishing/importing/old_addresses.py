"""Old addresses: which of them become `aliases`, and which only a server can answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plugins.content.markup.aliases import alias_place, file_of
from plugins.content.site import Entry
from plugins.content.source_files import Source
from plugins.publishing.checks.alias_conflicts import SiteFiles, is_ours, occupied
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite


@dataclass
class OldAddresses:
    """The addresses that are taken; each old one that is not becomes an alias of its page."""

    site: OldSite
    files: SiteFiles
    # What only a server can redirect, as what follows a `?` never reaches a file: by the old address, the new one.
    rules: dict[str, str] = field(default_factory=dict)

    def aliases(self, post: ImportedPost, own: str) -> list[str]:
        """The aliases of a page at `own`; those that cannot be are told."""
        found: list[str] = []
        for address in dict.fromkeys(post.addresses):
            path, _, query = address.partition("?")
            path = re.sub(r"(?<=/)index\.html?$", "", path)
            if query:
                self.rules.setdefault(f"{path}?{query}", f"/{own}")
                continue
            try:
                place = alias_place(path)
                file = file_of(path)
            except ValueError as error:
                self.site.tell(Kind.ADDRESS, post.file, post.line, f"{path} cannot be an alias. {error}")
                continue
            if not place.strip("/") or file == file_of(f"/{own}"):
                continue
            if is_ours(place) or self.files.in_the_way(file) is not None:
                what = f"{path} is taken, or differs from another address by capitals alone: no alias leads to /{own}"
                self.site.tell(Kind.ADDRESS, post.file, post.line, what)
                self.rules.setdefault(path, f"/{own}")
                continue
            self.files.add(file, None)
            found.append(path)
        return found


def taken_addresses(
    sources: Sequence[Source[Entry]],
    table: Mapping[str, Source[Entry] | None],
    places: Sequence[str],
    labels: Sequence[str],
) -> SiteFiles:
    """The files of a site with the pages at `places` added, and lists of posts at `labels`."""
    files = occupied(sources, table)
    for place in places:
        files.add(file_of(f"/{place}"), None)
    for label in labels:
        files.add(file_of(f"/{label}"), None)
        files.add(f"{label}feed.xml", None)
    return files
