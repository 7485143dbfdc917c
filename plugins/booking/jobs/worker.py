"""Worker thread: runs a job when woken, and at intervals anyway."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from plugins.booking.storage.engine import Unavailable

_PATIENCE_SECONDS = 60.0
_log = logging.getLogger(__name__)

Stopped = Callable[[], bool]


class Worker:
    """Worker thread: runs `work` again and again; it is given a function that says whether to stop."""

    def __init__(self, work: Callable[[Stopped], object], pause_seconds: float = 1.0, name: str = "delivery") -> None:
        self._work = work
        self._pause = pause_seconds
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Finish what is in hand, take nothing else up, and end."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout=_PATIENCE_SECONDS)

    def ask_to_stop(self) -> None:
        """Let `run` return after what is in hand; safe in a signal handler."""
        self._stopped.set()
        self._woken.set()

    def run(self) -> None:
        """Work until asked to stop."""
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self._work(self._stopped.is_set)
            except Unavailable:
                _log.warning("the database does not answer; %s waits", self._thread.name)
            except Exception:
                # One surprise must not end the work on all else.
                _log.exception("%s failed", self._thread.name)
            self._woken.wait(self._pause)
