"""Builds by the command, each in a process of its own: `python -m plugins.fastbuild` with a settings file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.building import ROOT

_BOUND = 120


class Command:
    """A site that is built by its command, with the seed for the order of sets that is given."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self._file = folder / "settings.py"
        self._seed = seed
        self._process: subprocess.Popen[str] | None = None

    def start(self, **settings: object) -> None:
        """Begin a build with these settings over those of `pelicanconf.py`."""
        self.start_with(self.line(settings))

    def start_with(self, line: Sequence[str]) -> None:
        """Begin a build by this command."""
        self._process = subprocess.Popen(
            line,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        """That of each build: what the tests say of themselves is another with each step."""
        own = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        return own | {"PYTHONHASHSEED": str(self._seed)}

    def line(self, settings: Mapping[str, object]) -> list[str]:
        """The command for these settings, which are put into its file."""
        places = {name: str(settings[name]) for name in ("PATH", "OUTPUT_PATH")}
        others = "\n".join(f"{name} = {value!r}" for name, value in settings.items() if name not in places)
        text = (
            f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\n"
            f"PLUGIN_PATHS = [{str(ROOT)!r}]\n{others}\n"
        )
        # The file is one of the programs: written anew, it has everything built.
        if not self._file.exists() or self._file.read_text(encoding="utf-8") != text:
            self._file.write_text(text, encoding="utf-8")
        given = [places["PATH"], "-s", str(self._file), "-o", places["OUTPUT_PATH"], "--fatal", "errors"]
        return [sys.executable, "-m", "plugins.fastbuild", *given]

    def end(self) -> str:
        """Wait for the build, and return what was done in words."""
        code, told, warnings = self.outcome()
        assert code == 0, warnings
        return told

    def outcome(self) -> tuple[int, str, str]:
        """Wait for the build, and return its exit code and what it has said on its two outputs."""
        assert self._process
        told, warnings = self._process.communicate(timeout=_BOUND)
        return self._process.returncode, told, warnings

    def build(self, **settings: object) -> str:
        """Build, and return what was done in words."""
        self.start(**settings)
        return self.end()

    def is_refused(self, **settings: object) -> bool:
        """Build, and say whether a fault has stopped it."""
        self.start(**settings)
        code, _, warnings = self.outcome()
        return code != 0 and "categori" in warnings

    def kill(self) -> None:
        """End it wherever it is."""
        if self._process:
            self._process.kill()
            self._process.communicate(timeout=_BOUND)
