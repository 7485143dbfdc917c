"""Stand-in for Pelican's run, where Pelican is not imported but for its generators."""

from __future__ import annotations

import locale
import logging
import pickle
from collections.abc import Iterable
from typing import Any

from pelican import generators
from pelican.plugins import signals
from pelican.plugins._utils import load_plugins
from pelican.readers import Readers

from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.cache.settings_cache import CachedSettings
from plugins.fastbuild.edit.edited_contents import ReadTexts
from plugins.fastbuild.snapshots.restored_site import RestoredSite


class StandinPelican:
    """Stand-in for `Pelican`: a run of these settings, with its plugins."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.path, self.theme, self.output_path = settings["PATH"], settings["THEME"], settings["OUTPUT_PATH"]
        self.plugins = load_plugins(settings)
        for plugin in self.plugins:
            plugin.register()
        signals.initialized.send(self)


class _LazyReaders:
    """Readers of Pelican's, made when a text is read: what they import takes as long as an edit."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - Pelican's own arguments
        self._given = given

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever they have
        made = Readers(*self._given)
        vars(self).update(vars(made))
        self.__class__ = Readers
        return getattr(self, name)


class _WarningCollector(logging.Handler):
    """Log handler that notes warnings: whatever is warned of is for Pelican to tell, so it builds instead."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.is_any = False

    def emit(self, _record: logging.LogRecord) -> None:
        self.is_any = True


class PreparedSite:
    """Site that is ready for an edit, with its plugins."""

    def __init__(self, cached: CachedSettings, manifest: Manifest, site: RestoredSite, warned: logging.Handler) -> None:
        self._cached, self._manifest, self._site, self._warned = cached, manifest, site, warned

    @classmethod
    def of(cls, cached: CachedSettings, manifest: Manifest) -> PreparedSite | None:
        """Make it ready; None where that takes Pelican."""
        settings: dict[str, Any] = pickle.loads(cached.settings)
        generators.Readers = _LazyReaders
        _set_locale(settings["LOCALE"])
        warned = _WarningCollector()
        logging.root.addHandler(warned)
        site = RestoredSite.of(StandinPelican(settings), manifest)
        return cls(cached, manifest, site, warned) if site else None

    def apply_edit(self, detected: DetectedChanges, read: ReadTexts) -> str | None:
        """Bring an edit in, and return what was done in words; None where it takes Pelican."""
        from plugins.fastbuild.edit.apply_edit import apply_edit

        applied = apply_edit(self._manifest, detected._replace(manifest=self._manifest), self._site, read)
        if applied is None or getattr(self._warned, "is_any", False):
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
