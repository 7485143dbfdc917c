"""Removed addresses: a published page that disappears must leave an alias (redirect)."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.front_matter import Post
from plugins.content.site import Entry, gather_further, gather_site, is_draft
from plugins.content.source_files import Source
from plugins.domain.language import _, speak, spoken
from plugins.publishing.checks.addresses import owned
from plugins.publishing.git.git_export import export
from plugins.publishing.git.git_repository import Repository, private_environment

Table = Mapping[str, Source[Entry] | None]
# By the address, the path of the text and the day on which it comes out; an empty one of what has none.
Addresses = Mapping[str, tuple[str, str]]
_TEXTS = (".md", ".rst", ".yaml")
_KEPT = "addresses.json"


def addresses(table: Table) -> Addresses:
    """What of a table of addresses visitors are led to."""
    return {
        place: (
            source.document.path.as_posix(),
            source.value.date.isoformat() if isinstance(source.value, Post) else "",
        )
        for place, source in table.items()
        if source is not None and not is_draft(source.value)
    }


def keep(content: Path, found: Addresses) -> None:
    """Write down beside a content what it gives an address to: the next check need not read all of it."""
    content.with_name(_KEPT).write_text(json.dumps(found), encoding="utf-8")


def vanished(before: Path, table: Table, sources: Sequence[Source[Entry]], day: date) -> Iterator[Fault]:
    """Tell what the content of a folder gives an address to on a day, aliases too, and this table does not."""
    # A post that waits for its day comes back by itself.
    kept = {_plain(place) for place, source in table.items() if source is None or not is_draft(source.value)}
    here = {source.document.path: source for source in sources}
    for place, (path, out) in _published(before).items():
        if out > day.isoformat() or _plain(place) in kept:
            continue
        what = _(
            "L’indirizzo /%(place)s è pubblicato, e così sparirebbe. Lascialo alla pagina che ne prende il posto. "
            "Esempio: aliases: [/%(place)s]",
            place=place,
        )
        still = here.get(Path(path))
        line = still.document.line(("slug",)) if still else 1
        yield Fault(Path(path), line, what)


def _published(before: Path) -> Addresses:
    """What the content of a folder gives an address to, as it was kept, or else as it is read now."""
    with suppress(OSError, ValueError):
        kept: Addresses = json.loads(before.with_name(_KEPT).read_bytes())
        return kept
    language = spoken()
    then = _all(before)
    speak(language)
    return addresses(owned(before, then, []))


def _all(before: Path) -> list[Source[Entry]]:
    """All texts of a content, those of its further languages too."""
    office, sources = gather_site(before, [])
    further = gather_further(before, office.identity, []) if office else ()
    return [*sources, *(source for _code, _office, translated in further for source in translated)]


def _plain(place: str) -> str:
    return place.removesuffix("index.html").rstrip("/")


@contextmanager
def published(content: Path, since: str = "@{upstream}") -> Iterator[Path | None]:
    """The texts of the content as a commit has them, in a folder for as long as it is asked about.

    None where the content is in no repository, or that has no such commit.
    """
    asked = ["git", "-C", str(content), "rev-parse", "--absolute-git-dir", "--show-prefix"]
    try:
        done = subprocess.run(asked, env=private_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        yield None  # no git at all
        return
    if done.returncode != 0:
        yield None
        return
    folder, prefix, *_ = [*done.stdout.splitlines(), ""]
    repository = Repository(Path(folder))
    commit = repository.commit(since)
    if commit is None or repository.tree(commit, prefix.rstrip("/")) is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as place:
        export(repository, commit, Path(place) / "before", prefix, suffixes=_TEXTS)
        yield Path(place) / "before" / prefix
