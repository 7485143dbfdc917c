"""Other iCalendar readers, ical.js and libical: each a process that is fed many texts over a pipe."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

HERE = Path(__file__).parent
OWNER = "anna@else.where"
_SECONDS_A_TEXT = 3


class Span(NamedTuple):
    """Half-open span of time, in seconds since 1970."""

    start: int
    end: int


class Event(NamedTuple):
    """What one VEVENT or VFREEBUSY says, as another reader understands it."""

    uid: str
    name: str
    times: tuple[Span, ...]
    sequence: int = 0
    free: bool = False
    whole_day: bool = False
    replaces: int | None = None
    replaces_day: str = ""
    following: bool = False
    excluded: tuple[int, ...] = ()
    failed: str = ""

    @classmethod
    def told(cls, words: dict[str, Any]) -> Self:
        """Take an event from a line of JSON."""
        return cls(**words | {"times": tuple(Span(*span) for span in words["times"])})


class OtherReader:
    """One of the other readers; a text that ends it, or that it does not finish, has no opinion of it."""

    def __init__(self, name: str, command: Sequence[str | Path]) -> None:
        self.name = name
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._hopeless: set[bytes] = set()

    def events(self, text: bytes, window: Span) -> list[Event] | None:
        """Return the events of a text, their times within the window; none where it cannot be read."""
        if text in self._hopeless:
            return None
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        pipe, answers = self._process.stdin, self._process.stdout
        assert pipe is not None
        assert answers is not None
        line = b""
        with suppress(BrokenPipeError):
            pipe.write(b"%d %d %d\n" % (*window, len(text)) + text)
            pipe.flush()
            line = answers.readline() if select.select([answers], [], [], _SECONDS_A_TEXT)[0] else b""
        if not line.endswith(b"\n"):
            self._hopeless.add(text)
            self.close()
            return None
        told = json.loads(line.decode("utf-8", "replace"))
        return None if "failed" in told else [Event.told(event) for event in told["events"]]

    def close(self) -> None:
        """End the process; the next text starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def other_readers(folder: Path, zone: str) -> Iterator[list[OtherReader]]:
    """Start both, for an owner's zone; the folder keeps what is compiled."""
    windows = folder / "windows-zones.tsv"
    windows.write_text("".join(f"{name}\t{zone}\n" for name, zone in WINDOWS_TO_OLSON.items()))
    program = folder / "libical"
    if not program.exists():
        subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, HERE / "libical.c", "-lical"], check=True
        )
    readers = [
        OtherReader("ical.js", ["node", HERE / "icaljs.mjs", zone, windows, OWNER]),
        OtherReader("libical", [program, zone, windows, OWNER]),
    ]
    try:
        yield readers
    finally:
        for reader in readers:
            reader.close()
