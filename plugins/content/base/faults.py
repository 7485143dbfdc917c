"""Faults: what is wrong with the content, with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: the file relative to the content's folder, the line from 1, what is wrong and how to mend it."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line} — {self.what}"

    def within(self, content: Path) -> str:
        """The fault with its file as it is found from here, through the content's folder."""
        return f"{(content / self.path).as_posix()}:{self.line} — {self.what}"


class ContentError(Exception):
    """The content cannot be used; `faults` has all that is wrong with it, in order of file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
