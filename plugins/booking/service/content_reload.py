"""Content reload: rereads the owner's content when a file changes; keeps the last valid one."""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path

from plugins.content.base.faults import ContentError, Fault
from plugins.content.office import Office
from plugins.content.office_reader import read_office
from plugins.domain.language import _, own_language, speak, spoken

_LOOK_EVERY_SECONDS = 0.5
_log = logging.getLogger(__name__)

Signature = frozenset[tuple[str, int, int, int]]


class ContentReloader:
    """Content reloader: gives the office of a folder; the first reading raises ContentError where it is broken.

    Whatever else a later reading may fail with, no visitor ever meets it.
    """

    def __init__(self, content: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._content = content
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._signature = _signature(content)
        self._office = _first(content)
        self._looked_at = monotonic()

    def __call__(self) -> Office:
        """Return the last good office in the language in force, after a look at most every half second."""
        with self._lock:
            if self._monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS:
                self._look()
                self._looked_at = self._monotonic()
            return self._office.in_language(spoken().code)

    def _look(self) -> None:
        signature = _signature(self._content)
        if signature == self._signature:
            return
        # Taken before the reading: a file changed during it is seen at the next look.
        self._signature, before = signature, own_language()
        try:
            # Whatever the request at hand speaks, the content is read in its own language.
            self._office = Context().run(read_office, self._content)
        except (ContentError, OSError) as error:
            _log.error("the content changed and is broken; the last good one stays in use:\n%s", error)
        except Exception as error:
            where = _file_of(error) or self._content
            _log.exception("the content changed and cannot be read (%s); the last good one stays in use", where)
        else:
            return
        speak(before)


def readable(content: Path) -> ContentReloader | None:
    """Give the office of a content folder; None where it is broken, which is told to the log."""
    try:
        return ContentReloader(content)
    except (ContentError, OSError) as error:
        _log.error("the content cannot be read; mail alone is sent:\n%s", error)
        return None


def _first(content: Path) -> Office:
    try:
        return read_office(content)
    except (ContentError, OSError):
        raise
    except Exception as error:
        path = _file_of(error) or Path()
        _log.exception("the content cannot be read: %s", content / path)
        what = _(
            "Questo file non si riesce a leggere (%(error)s). Controlla come è scritto.", error=type(error).__name__
        )
        raise ContentError([Fault(path, 1, what)]) from error


def _file_of(error: BaseException) -> Path | None:
    """Find the file that was being read when something failed: the innermost path at hand."""
    found = None
    for frame, _line in traceback.walk_tb(error.__traceback__):
        path = frame.f_locals.get("path")
        found = path if isinstance(path, Path) and not path.is_absolute() else found
    return found


def _signature(folder: Path) -> Signature:
    return frozenset(_files(str(folder)))


def _files(folder: str) -> Iterator[tuple[str, int, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # being replaced this very moment
    for entry in entries:
        try:
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                about = entry.stat()
                yield entry.path, about.st_mtime_ns, about.st_size, about.st_ino
        except OSError:
            continue
