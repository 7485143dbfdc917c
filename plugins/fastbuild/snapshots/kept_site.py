"""Kept site: the last build's site under this run's settings, read and changed by edits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import Any, NamedTuple

from jinja2 import Environment
from pelican.contents import Content

from plugins.content.locale import language
from plugins.domain.language import speak
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest, Unit, place
from plugins.fastbuild.render.compiled_templates import compiled_in
from plugins.fastbuild.render.page_queue import Maker, Page, PageQueue
from plugins.fastbuild.render.read_tracking import paths_of
from plugins.fastbuild.snapshots.content_changes import Change, apply, change_of
from plugins.fastbuild.snapshots.lazy_contents import SavedPage, Snapshot, SnapshotPieces, load_pieces


class LoadedSnapshot(NamedTuple):
    """Loaded snapshot, belonging to the settings of this run."""

    settings: dict[str, Any]
    snapshot: Snapshot
    pieces: SnapshotPieces
    manifest: Manifest


def load_snapshot(settings: dict[str, Any], output: str, manifest: Manifest) -> LoadedSnapshot | None:
    """Read what was kept into these settings; None where what is kept is of another build."""
    payload = cache_file.read(place(settings, output)[1], manifest.site)
    if payload is None:
        return None
    context: dict[str, Any] = {}
    try:
        snapshot, pieces = load_pieces(payload, settings, context)
    except Exception:
        return None  # of classes that are others now
    speak(language(snapshot.context["office"].identity.language))
    compiled_in(settings, manifest.code)
    settings.pop("CONVERT", None)
    settings |= snapshot.settings
    context |= settings | snapshot.context
    return LoadedSnapshot(settings, snapshot, pieces, manifest)


class KeptSite(ABC):
    """Kept site, with the edits that have been brought in since."""

    def __init__(self, kept: LoadedSnapshot) -> None:
        self._settings, self._context = kept.settings, kept.pieces.context
        self._contents: dict[str, Content] = self._context["generated_content"]
        # The front matter of what was read again.
        self.heads: dict[str, str] = {}
        self._queued: Mapping[str, Page] | None = None
        self._named_by: Set[str] = kept.manifest.named_by
        if kept.snapshot.pages is not None:
            self._queued = {page.path: KeptPage(page, kept.pieces, self._environment) for page in kept.snapshot.pages}
        for path, facts in kept.manifest.edits.items():
            apply(self._contents[path], facts)

    @property
    def paths(self) -> dict[int, str]:
        """The path of each content by its identity."""
        return paths_of(self._context)

    def changes(self, paths: Iterable[str]) -> dict[str, Change] | None:
        """What is different of these; None where it is more than their texts and what is said of them."""
        found: dict[str, Change] = {}
        for path in sorted(paths):
            before = self._contents.get(path)
            after = self._read(path, before) if before is not None else None
            change = (
                change_of(before, after, self._settings["ARTICLE_ORDER_BY"])
                if before is not None and after is not None
                else None
            )
            if change is None:
                return None
            found[path] = change
        return found

    def apply(self, changes: Mapping[str, Change]) -> None:
        """Have the contents say what they say now."""
        for path, change in changes.items():
            apply(self._contents[path], change.facts)

    @abstractmethod
    def generate(
        self, only: Collection[str], writing: Iterable[Unit], units: Iterable[Unit], changes: Iterable[Change]
    ) -> PageQueue:
        """The pages, `only` those of these files to be made; of the generators that write files, only some write."""

    @abstractmethod
    def _environment(self, generator: int) -> Environment:
        """The templates of the generator of a number."""

    @abstractmethod
    def _read(self, path: str, before: Content) -> Content | None:
        """A file as it is now; None where something is wrong with it."""

    def _is_named(self, changes: Iterable[Change]) -> bool:
        """Whether the pages are those that they were, though this has changed."""
        changed = frozenset(name for change in changes for name in change.names)
        return self._queued is not None and not changed & self._named_by


class KeptPage:
    """Queued page of the kept site, as `QueuedPage` is."""

    def __init__(self, kept: SavedPage, pieces: SnapshotPieces, environment: Callable[[int], Environment]) -> None:
        self.path = kept.path
        self._kept, self._pieces, self._environment = kept, pieces, environment

    @property
    def maker(self) -> Maker:
        """What it is made with."""
        maker = self._kept.maker
        return self._environment(self._kept.generator).get_template(maker) if isinstance(maker, str) else maker

    def local_context(self) -> Mapping[str, Any]:
        """All that the template sees, read when any of it is."""
        return _Context(lambda: {**self._pieces.context, **self._pieces.piece(self._kept.piece)})


class _Context(Mapping[str, Any]):
    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read
        self._values: Mapping[str, Any] | None = None

    def _all(self) -> Mapping[str, Any]:
        if self._values is None:
            self._values = self._read()
        return self._values

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - templates see anything
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
