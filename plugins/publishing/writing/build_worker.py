"""Build worker: a process that stays and rebuilds the site being written.

Loading its programs takes longer than an edit.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from pelican import Pelican
from pelican import log as pelican_log
from pelican.settings import read_settings

from plugins.domain.language import N_, _
from plugins.publishing.writing.process_end import end

UNKNOWN = N_("Il sito non si costruisce: guarda il terminale.")
_STOP_SECONDS = 10


class Builder:
    """Build worker: builds the site of the repository at `root` into `output`, as often as it is asked."""

    def __init__(self, root: Path, output: Path) -> None:
        self._root, self._output = root, output
        self._process: subprocess.Popen[str] | None = None

    def build(self) -> str:
        """Build once; returns what is wrong, an empty text where nothing is."""
        if self._process is None or self._process.poll() is not None:
            command = [
                sys.executable,
                "-m",
                "plugins.publishing.writing.build_worker",
                str(self._root),
                str(self._output),
            ]
            self._process = subprocess.Popen(
                command, cwd=self._root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write("build\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return _(UNKNOWN)
        told = self._process.stdout.readline()
        return str(json.loads(told)) if told else _(UNKNOWN)

    def stop(self) -> None:
        """End the process: the next build begins another one, with the programs as they are then."""
        if self._process is not None:
            end(self._process, _STOP_SECONDS)
            self._process = None


def _run(pelican: Pelican) -> str:
    """Build, and return what is wrong: what was written to the standard error, which is shown as well."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        shown = os.dup(2)
        os.dup2(said.fileno(), 2)
        failed = False
        try:
            pelican.run()
        except (Exception, SystemExit) as error:
            failed = True
            if not isinstance(error, SystemExit):
                traceback.print_exc()
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            os.close(shown)
        said.seek(0)
        told = said.read().strip()
    if told:
        sys.stderr.write(f"{told}\n")
    return (told or _(UNKNOWN)) if failed else ""


def main(root: Path, output: Path) -> None:
    """Build whenever a line is read, and answer each with a line of JSON: what is wrong."""
    # Pelican writes to the standard output as well; what is read there has to be ours alone.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    pelican_log.init(level=logging.WARNING, fatal="errors", handler=logging.StreamHandler(), name="pelican")
    # The index of words is made for the published site: it takes longer than all the rest.
    override = {"PATH": str(root / "content"), "OUTPUT_PATH": str(output), "LIVE_RELOAD": True, "SEARCH_INDEX": False}
    pelican = Pelican(read_settings(str(root / "pelicanconf.py"), override=override))
    for _line in sys.stdin:
        answers.write(json.dumps(_run(pelican)) + "\n")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except KeyboardInterrupt:
        sys.exit(0)
