"""Broken pipes (EPIPE): a command whose reader has had enough, as in `… | head -1`, ends without a word."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

# As shells tell a program that was ended so: 128 and the number of SIGPIPE.
CODE = 141


def run_command(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; `CODE` where nobody reads its output any more."""
    try:
        try:
            return command() or 0
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not _is_closed():
            raise  # that of another connection
        # What is left would be written, and complained of, when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CODE


def _is_closed() -> bool:
    """Whether the other end of the standard output is gone."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in asked.poll(0))
