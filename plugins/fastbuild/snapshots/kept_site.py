"""Kept site: the last build's site loaded into this run's settings, with its pages as they were queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from jinja2 import Environment

from plugins.content.locale import language
from plugins.domain.language import speak
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest, place
from plugins.fastbuild.render.compiled_templates import compiled_in
from plugins.fastbuild.render.page_queue import Maker
from plugins.fastbuild.snapshots.lazy_contents import SavedPage, Snapshot, SnapshotPieces, load_pieces


class LoadedSnapshot(NamedTuple):
    """Loaded snapshot, belonging to the settings of this run; `original` are these before."""

    original: dict[str, Any]
    settings: dict[str, Any]
    snapshot: Snapshot
    pieces: SnapshotPieces
    manifest: Manifest


def load_snapshot(settings: dict[str, Any], output: str, manifest: Manifest) -> LoadedSnapshot | None:
    """Read what was kept into these settings; None where what is kept is of another build."""
    payload = cache_file.read(place(settings, output)[1], manifest.site)
    if payload is None:
        return None
    original, context = settings.copy(), dict[str, Any]()
    try:
        snapshot, pieces = load_pieces(payload, settings, context)
    except Exception:
        return None  # of classes that are others now
    speak(language(snapshot.context["office"].identity.language))
    compiled_in(settings, manifest.code)
    settings.pop("CONVERT", None)
    settings |= snapshot.settings
    context |= settings | snapshot.context
    return LoadedSnapshot(original, settings, snapshot, pieces, manifest)


class KeptPage:
    """Queued page of the kept site, as `QueuedPage` is."""

    def __init__(self, kept: SavedPage, pieces: SnapshotPieces, environment: Callable[[int], Environment]) -> None:
        self.path = kept.path
        self._kept, self._pieces, self._environment = kept, pieces, environment

    @property
    def context(self) -> Mapping[str, Any]:
        """The context of all pages."""
        return self._pieces.context

    @property
    def said(self) -> Mapping[str, Any]:
        """What is said besides."""
        said: Mapping[str, Any] = self._pieces.piece(self._kept.piece)
        return said

    @property
    def template(self) -> str | None:
        """The name of its template; None of what a function makes."""
        return self._kept.maker if isinstance(self._kept.maker, str) else None

    @property
    def maker(self) -> Maker:
        """What it is made with."""
        maker = self._kept.maker
        return self._environment(self._kept.generator).get_template(maker) if isinstance(maker, str) else maker

    def local_context(self) -> Mapping[str, Any]:
        """All that the template sees, read when any of it is."""
        return _Context(lambda: {**self.context, **self.said})


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
