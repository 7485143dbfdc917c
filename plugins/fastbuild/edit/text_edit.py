"""Text edit: changed texts, titles and summaries rebuilt without Pelican's generators and readers.

Whatever is more than that, or is not as it should be, is left to Pelican.
"""

from __future__ import annotations

import locale
import logging
import pickle
from collections.abc import Collection, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pelican.contents import Article, Content
from pelican.plugins import signals

from plugins.domain.language import spoken
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest, Unit
from plugins.fastbuild.cache.settings_cache import CachedSettings
from plugins.fastbuild.edit.apply_edit import apply_edit
from plugins.fastbuild.edit.pelican_standins import StandinGenerator, StandinPelican
from plugins.fastbuild.markdown.converter import TextConverter
from plugins.fastbuild.render.page_queue import PageQueue
from plugins.fastbuild.render.read_tracking import plain
from plugins.fastbuild.snapshots.content_changes import Change
from plugins.fastbuild.snapshots.kept_site import KeptSite, LoadedSnapshot, load_snapshot

if TYPE_CHECKING:
    from plugins.content.site import Entry
    from plugins.content.source_files import Source
    from plugins.fastbuild.edit.helper_process import Edit

# Of a picture without words Pelican complains.
_WORDLESS = ('alt=""', "alt=''")
# Where one of these says something, a post says more than its front matter; labels and dates it always has of its own.
_BY_PATH = ("DEFAULT_METADATA", "EXTRA_PATH_METADATA", "PATH_METADATA", "DEFAULT_DATE")


class _UnsupportedEditError(Exception):
    """Unsupported edit: it takes Pelican."""


class _WarningCollector(logging.Handler):
    """Log handler that notes warnings: whatever is warned of is for Pelican to tell, so it builds instead."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.is_any = False

    def emit(self, _record: logging.LogRecord) -> None:
        self.is_any = True


class StandinSite(KeptSite):
    """Kept site whose pages are rendered by stand-ins."""

    def __init__(self, run: StandinPelican, kept: LoadedSnapshot, edit: Edit) -> None:
        super().__init__(kept)
        self._run, self._snapshot, self._edit, self._heads = run, kept.snapshot, edit, kept.manifest.heads
        self._generators: dict[int, StandinGenerator] = {}
        self._settings["SITE"] = SimpleNamespace(office=self._context["office"], sources={})

    def generate(
        self, only: Collection[str], writing: Iterable[Unit], units: Iterable[Unit], changes: Iterable[Change]
    ) -> PageQueue:
        """The pages as they were. Raises where a generator would have to name or to write them."""
        if any(True for _ in writing) or self._queued is None or not self._is_named(changes):
            raise _UnsupportedEditError
        pages = PageQueue(self._run.output_path, self._settings, only)
        pages.queued.update(self._queued)
        return pages

    def _environment(self, generator: int) -> Environment:
        if generator not in self._generators:
            standin = StandinGenerator(self._run, self._context)
            standin.env.globals.update(self._snapshot.generators[generator][3])
            self._generators[generator] = standin
        return self._generators[generator].env

    def _read(self, path: str, before: Content) -> Content | None:
        text, piece = self._edit.texts[path], self._edit.pieces[path]
        is_ours = piece.language == spoken().version and self._edit.options == self._settings["MARKDOWN"]
        html, sections = piece.converted if is_ours else TextConverter(self._settings["MARKDOWN"])(text.body)
        if not html or any(wordless in html for wordless in _WORDLESS):
            return None
        is_said_anew = text.head != self._heads[path]
        source = self._checked(path) if is_said_anew or "{" in text.body else None
        if is_said_anew:
            return self._said_anew(path, before, html, sections, source) if source else None
        if "{" in text.body and source is None:
            return None
        said = vars(before)
        after: Content = object.__new__(plain(type(before)))
        vars(after).update(said | {"_content": html, "sections": sections})
        vars(after)["metadata"] = said["metadata"] | {"sections": sections}
        signals.content_object_init.send(after)
        return after

    def _checked(self, path: str) -> Source[Entry] | None:
        """What a file says; None where something is wrong with it, or a link leads nowhere."""
        # Only here: YAML and its checks take as long as all the rest of an edit.
        from plugins.content.site import read_again

        return read_again(Path(self._settings["PATH"]), Path(path), self._context["office"])

    def _said_anew(
        self, path: str, before: Content, html: str, sections: list[Any], source: Source[Entry]
    ) -> Content | None:
        """A post whose front matter says something else; None where it is no post."""
        if not isinstance(before, Article) or any(map(self._settings.get, _BY_PATH)):
            return None
        self.heads[path] = source.document.head
        metadata = {"reader": before.metadata["reader"], "sections": sections}
        metadata |= self._settings["METADATA_OF"](source.value, self._settings)
        after: Content = plain(type(before))(html, metadata, self._settings, before.source_path, self._context)
        return after if after.is_valid() else None


class PreparedSite:
    """Site that is ready for an edit, with its plugins."""

    def __init__(
        self,
        cached: CachedSettings,
        manifest: Manifest,
        run: StandinPelican,
        kept: LoadedSnapshot,
        warnings: _WarningCollector,
    ) -> None:
        self._cached, self._manifest, self._run, self._kept, self._warnings = cached, manifest, run, kept, warnings

    @classmethod
    def of(cls, cached: CachedSettings, manifest: Manifest) -> PreparedSite | None:
        """Make it ready; None where that takes Pelican."""
        settings: dict[str, Any] = pickle.loads(cached.settings)
        _set_locale(settings["LOCALE"])
        warnings = _WarningCollector()
        logging.root.addHandler(warnings)
        run = StandinPelican(settings)
        kept = load_snapshot(settings, run.output_path, manifest)
        return cls(cached, manifest, run, kept, warnings) if kept else None

    def apply_edit(self, edit: Edit) -> str | None:
        """Bring an edit in, and return what was done in words; None where it takes Pelican."""
        detected = edit.detected._replace(manifest=self._manifest)
        try:
            applied = apply_edit(self._run, self._manifest, detected, StandinSite(self._run, self._kept, edit))
        except _UnsupportedEditError:
            return None
        if applied is None or self._warnings.is_any:
            return None
        cache_file.save(self._cached.manifest, applied.manifest)
        return applied.told


def _set_locale(names: Iterable[str]) -> None:
    for name in names:
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        return
