"""Run: replaces `Pelican.run`, and chooses between no build, an edit and a full build."""

from __future__ import annotations

import contextlib
import gc
import logging
import pickle
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pelican import Pelican, log

from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Manifest, place
from plugins.fastbuild.cache.cache_file import load
from plugins.fastbuild.cache.change_detection import NOTHING, DetectedChanges, take_detected
from plugins.fastbuild.cache.settings_cache import running_command
from plugins.fastbuild.fingerprint.file_stamps import Stamp, stamp_of
from plugins.fastbuild.fingerprint.inputs import Inputs
from plugins.fastbuild.fingerprint.supported import unsupported, unsupported_setting
from plugins.fastbuild.markdown.docutils_standin import leave_to_pelican
from plugins.fastbuild.render import read_tracking

if TYPE_CHECKING:
    from plugins.fastbuild.snapshots.restored_site import RestoredSite


logger = logging.getLogger(__name__)
# What a run of ours leaves in the settings, and Pelican's would take for its own.
_LEFT = ("CONVERT", "FILTERED_PAGES", "CHANGED_FILES", "STYLES_MARK", "PICTURES", "KEPT_PICTURES")
# Those of this process, whichever site they are of.
_builds = count()
# What was said why Pelican builds a site itself: of a site that is watched, or has several languages, once.
_said: set[str] = set()


def take_over(pelican: Pelican) -> None:
    """Put this way of running in the place of Pelican's."""
    pelican.run = Run(pelican, pelican.run)


class Run:
    """Run: brings a Pelican's output up to date each time it is called; `own` is Pelican's own `run`."""

    def __init__(self, pelican: Pelican, own: Callable[[], object]) -> None:
        self._pelican, self._own = pelican, own
        self._inputs: Inputs | None = None
        self._memory = MemoryCache()

    def __call__(self) -> None:
        """Do what is needed, and tell what was done."""
        # At each run, and not before: other plugins listen, and add to the settings, when they begin.
        unknown = unsupported(self._pelican) or unsupported_setting(self._pelican.settings)
        if unknown is None:
            self._run()
        else:
            self._leave_to_pelican(unknown)

    def _leave_to_pelican(self, unknown: str) -> None:
        leave_to_pelican()
        settings = self._pelican.settings
        self._inputs = None
        self._memory.forget()
        for name in _LEFT:
            settings.pop(name, None)
        with contextlib.suppress(OSError):
            # What an earlier run has kept would answer for a site that another one has built.
            place(settings, self._pelican.output_path)[0].unlink(missing_ok=True)
        if unknown not in _said:
            _said.add(unknown)
            _tell(
                f"plugins.fastbuild does not know {unknown}, so Pelican builds the site itself: "
                "each build is a whole one, on one core."
            )
        self._own()

    def _run(self) -> None:
        began = time.perf_counter()
        self._inputs = self._inputs or Inputs.of(self._pelican)
        # There are few cycles, and many objects to look for them in.
        collects = gc.isenabled()
        read_tracking.forget_texts()
        gc.disable()
        # A process that ends with its build need not look through what it leaves; one that builds again has to.
        is_first = next(_builds) == 0
        gc.unfreeze()
        try:
            told = _bring_up_to_date(self._pelican, self._inputs, self._memory)
        finally:
            if is_first:
                gc.freeze()
            if collects:
                gc.enable()
        _remember(self._pelican, self._inputs)
        log.console.print(f"Done: {told} in {time.perf_counter() - began:.2f} seconds.")


def _tell(line: str) -> None:
    """Say it as Pelican says what it has done: no warning, which would end a build with `--fatal warnings`."""
    console = getattr(log, "console", None)
    if console is None:
        print(line)  # an older Pelican
    else:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _bring_up_to_date(pelican: Pelican, inputs: Inputs, memory: MemoryCache) -> str:
    detected = take_detected(inputs) or DetectedChanges.at(
        inputs, memory.manifest(place(pelican.settings, pelican.output_path)[0])
    )
    # Only what is needed is imported: it is a good part of the time.
    if detected.manifest is not None:
        if not detected.is_any:
            return NOTHING
        told = _edit(pelican, detected.manifest, detected, memory)
        if told is not None:
            return told
    memory.forget()
    from plugins.fastbuild.full_build import build

    return build(pelican, detected)


def _remember(pelican: Pelican, inputs: Inputs) -> None:
    """Keep what the command came to that has begun this."""
    command_key = running_command()
    if command_key is not None:
        command_key.save(inputs, place(pelican.settings, pelican.output_path)[0], pickle.dumps(dict(inputs.original)))


def _edit(pelican: Pelican, manifest: Manifest, detected: DetectedChanges, memory: MemoryCache) -> str | None:
    """What was done in words; None where it takes a whole build."""
    from plugins.fastbuild.edit.apply_edit import apply_edit
    from plugins.fastbuild.snapshots.restored_site import RestoredSite

    if detected.edited() is None:
        return None
    # What was made with other templates is good for nothing.
    taken = memory.take()
    restored = taken if taken and not detected.templates else RestoredSite.of(pelican, manifest)
    try:
        applied = apply_edit(manifest, detected, restored) if restored else None
    except Exception as error:
        # Whatever is wrong is told by the build that looks at everything.
        logger.debug("An edit takes a whole build: %s", error)
        return None
    if restored is None or applied is None:
        return None
    file = place(pelican.settings, pelican.output_path)[0]
    cache_file.save(file, applied.manifest)
    memory.keep(file, applied.manifest, restored)
    return applied.told


class MemoryCache:
    """In-memory cache: manifest and site as the last edit left them, good as long as nobody else has built since."""

    def __init__(self) -> None:
        self._stamp: Stamp | None = None
        self._manifest: Manifest | None = None
        self._restored: RestoredSite | None = None

    def manifest(self, file: Path) -> Manifest | None:
        """The manifest that a file holds: the one in memory where the file is as it was left."""
        if self._manifest is not None and (not file.exists() or stamp_of(str(file)) != self._stamp):
            self.forget()
        if self._manifest is None:
            manifest: Manifest | None = load(file)
            return manifest
        return self._manifest

    def take(self) -> RestoredSite | None:
        """The site, once: an edit that fails half way leaves it as nobody should find it."""
        restored = self._restored
        self.forget()
        return restored

    def forget(self) -> None:
        """Have nothing."""
        self._stamp = self._manifest = self._restored = None

    def keep(self, file: Path, manifest: Manifest, restored: RestoredSite) -> None:
        """Have what an edit left: the manifest is in this file too."""
        if file.exists():
            self._stamp, self._manifest, self._restored = stamp_of(str(file)), manifest, restored
