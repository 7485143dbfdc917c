"""A process that builds sites as it is told, one after another: `python -m tests.fastbuild.builder`.

Each line that it reads is a JSON object of settings over those of `pelicanconf.py`; it answers `built`, or an error.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.building import ROOT


class Builder:
    """Such a process, with a seed of its own for the order of sets."""

    def __init__(self, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fastbuild.builder"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, **settings: object) -> None:
        """Have it begin a build."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(settings) + "\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        """Wait for the build, and return what it answers: `built`, or an error."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def end(self) -> str:
        """Wait for the build, and return what was done in words."""
        answer = self.answer()
        assert answer.startswith("built"), answer
        return answer

    def build(self, **settings: object) -> str:
        """Build, and return what was done in words."""
        self.start(**settings)
        return self.end()

    def is_refused(self, **settings: object) -> bool:
        """Build, and say whether a fault has stopped it."""
        self.start(**settings)
        return self.answer().startswith("SystemExit")

    def kill(self) -> None:
        """End it wherever it is."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def building(seed: int) -> Iterator[Builder]:
    """A process for as long as it is needed."""
    builder = Builder(seed)
    try:
        yield builder
    finally:
        builder.kill()


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a site with their bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """The files that one of two sites lacks, or has with other bytes."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _main() -> None:
    from pelican import Pelican, read_settings
    from pelican.log import console

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logging.basicConfig(level=logging.ERROR)
    said: list[str] = []
    console.print = lambda *words, **_: said.append(" ".join(map(str, words)))
    pelican, before = None, ""
    for number, line in enumerate(sys.stdin):
        override: dict[str, Any] = json.loads(line)
        try:
            # Mostly the same that built last, as where a site is watched; now and then one that knows nothing.
            if line != before or number % 4 == 0 or pelican is None:
                pelican, before = Pelican(read_settings("pelicanconf.py", override=override)), line
            pelican.run()
            answers.write(f"built: {said[-1]}\n")
        except BaseException as error:
            answers.write(f"{type(error).__name__}: {error!r}\n")


if __name__ == "__main__":
    _main()
