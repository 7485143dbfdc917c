"""A process that checks and builds as a push does, again and again: `python -m tests.publishing.release_builder`.

Each line that it reads is a JSON list: the arguments of the workshop, a file for what it says, and when to kill it. It
answers with the exit code. Each is done in a process that begins where this one has imported everything.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.building import ROOT


class Shop(NamedTuple):
    """The content that is live, and the workshop where a build is made in place; from nothing without one."""

    before: Path | None
    workshop: Path | None


class ReleaseBuilder:
    """Such a process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.publishing.release_builder"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def build(self, folder: Path, day: str, cache: Path, shop: Shop | None = None, killed_after: float = 0) -> int:
        """Check and build `folder/content` into `folder/site`, with `report.json` and `build.log` beside it.

        With all its processes it is killed after so many seconds, if any.
        """
        assert self._process.stdin
        assert self._process.stdout
        names = [str(folder / name) for name in ("content", "site", "report.json")]
        before, workshop = (str(one or "") for one in shop or ("", ""))
        told = [*names, day, before, str(cache), workshop, str(folder / "build.log"), killed_after]
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        """End it."""
        self._process.communicate("")


@contextmanager
def release_builder() -> Iterator[ReleaseBuilder]:
    """A process for as long as it is needed."""
    builder = ReleaseBuilder()
    try:
        yield builder
    finally:
        builder.end()


def _main() -> None:
    from plugins.publishing.release.sandboxed_build import main

    for line in sys.stdin:
        *arguments, log, killed_after = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os._exit(main(arguments))
        if killed_after:
            time.sleep(killed_after)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _main()
