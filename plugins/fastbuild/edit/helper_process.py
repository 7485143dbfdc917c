"""Helper process: imports what an edit needs while the command looks for changes.

Most of an edit's time is imports.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
from collections.abc import Mapping
from typing import Any, NamedTuple

from plugins.content.base.front_matter_split import Parted
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.cache.settings_cache import CachedSettings
from plugins.fastbuild.fingerprint.file_stamps import Stamp, stamp_of
from plugins.fastbuild.markdown.converter import ConvertedText, open_package
from plugins.fastbuild.parallel.worker_processes import ChildProcess


class Edit(NamedTuple):
    """Edit with the texts that were read.

    `manifest` is the stamp of its file: whoever brings the edit in has read it, and the detected changes go without.
    """

    detected: DetectedChanges
    manifest: Stamp
    texts: Mapping[str, Parted]
    pieces: Mapping[str, ConvertedText]
    options: Mapping[str, Any]


class HelperProcess:
    """Helper process, until its `end`; where anything goes wrong in it, Pelican builds instead."""

    def __init__(self, kept: CachedSettings) -> None:
        reading, self._writing = os.pipe()
        self._child = ChildProcess(lambda _: _work(kept, reading, self._writing), ())
        os.close(reading)

    def apply_edit(self, edit: Edit) -> str | None:
        """Have an edit brought in, and return what was done in words; None where it takes Pelican."""
        # What has gone wrong in it by now is told by its result.
        with contextlib.suppress(BrokenPipeError), os.fdopen(self._writing, "wb") as told:
            self._writing = -1
            told.write(pickle.dumps(edit))
        # What it complains of Pelican complains of.
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            done: str | None = self._child.result()
        except Exception:
            return None
        finally:
            logging.disable(before)
        return done

    def end(self) -> None:
        """Take it away, wherever it is."""
        if self._writing >= 0:
            os.close(self._writing)
        self._child.end()


def _work(kept: CachedSettings, reading: int, writing: int) -> str | None:
    os.close(writing)
    open_package(is_all=True)
    from plugins.fastbuild.edit.edited_contents import ReadTexts
    from plugins.fastbuild.edit.pelican_standins import PreparedSite

    stamp, manifest = stamp_of(str(kept.manifest)), cache_file.load(kept.manifest)
    ready = PreparedSite.of(kept, manifest) if manifest is not None else None
    with os.fdopen(reading, "rb") as received:
        told = received.read()
    if not told or ready is None:
        return None
    edit: Edit = pickle.loads(told)
    # Another build may have come to its end in between.
    read = ReadTexts(edit.texts, edit.pieces, edit.options)
    return ready.apply_edit(edit.detected, read) if edit.manifest == stamp else None
