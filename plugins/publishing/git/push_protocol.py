"""Push protocol: git's `proc-receive` hook (githooks(5)), which updates the branch itself.

Unlike `pre-receive`, that hook moves the branch itself. So a push that waited for another is published on top of it,
where git by itself would refuse it because the branch is no longer what it was when the push began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_FLUSH = b"0000"
NOTHING = "0" * 40


@dataclass(frozen=True)
class Push:
    """A branch that someone wants to lead from one commit to another; all zeros stand for no commit."""

    old: str
    new: str
    branch: str


def asked(said: BinaryIO, answer: BinaryIO) -> tuple[Push, ...]:
    """Greet git and read what is pushed."""
    for _ in _packets(said):
        pass  # its version and what it can do: of that we need nothing
    _write(answer, "version=1")
    _end(answer)
    pushes = (line.decode().split(" ", 2) for line in _packets(said))
    return tuple(Push(*words) for words in pushes)


def tell_outcome(answer: BinaryIO, outcomes: dict[Push, str | None]) -> None:
    """Answer for each push: None where it is done, or else the reason, in a few words of ASCII."""
    for push, reason in outcomes.items():
        _write(answer, f"ok {push.branch}" if reason is None else f"ng {push.branch} {reason}")
    _end(answer)


def _packets(said: BinaryIO) -> Iterator[bytes]:
    """The packets up to a flush, each four hexadecimal digits of length, its own included, and a line."""
    while (head := said.read(4)) not in (_FLUSH, b""):
        yield said.read(int(head, 16) - 4).rstrip(b"\n")


def _write(answer: BinaryIO, line: str) -> None:
    answer.write(f"{len(line) + 5:04x}{line}\n".encode("ascii"))


def _end(answer: BinaryIO) -> None:
    answer.write(_FLUSH)
    answer.flush()
