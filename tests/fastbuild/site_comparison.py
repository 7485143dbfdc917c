"""Comparison of any Pelican site built by Pelican alone and with `plugins.fastbuild` first in its `PLUGINS`.

`make compare-pelican SITE=folder` builds a copy of the folder both ways, clean and after each of some edits, and tells
the files whose bytes differ. Sites need what their own README says they need, in the environment of this command.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.building import ROOT
from tests.fastbuild.builder import differing, tree
from tests.fastbuild.plain_edits import PlainEdits

_BOUND = 900
_SETTINGS = """
import runpy
import sys
sys.path.insert(0, {folder!r})
globals().update({{name: value for name, value in runpy.run_path({own!r}).items() if name.isupper()}})
PLUGINS = [*{first!r}, *(globals().get("PLUGINS") or [])]
PLUGIN_PATHS = [*globals().get("PLUGIN_PATHS", []), {root!r}]
CACHE_PATH = {cache!r}
{path}
"""
_ASK = "import json, sys; from pelican.settings import read_settings as read; told = read(sys.argv[1]); "
_ASK += "print(json.dumps([str(told['PATH']), str(told['THEME'])]))"
# The two that are compared, and the first one once more: what differs there differs by itself.
_FAST, _PLAIN, _AGAIN = "fast", "plain", "again"


@dataclass
class Comparison:
    """A copy of a site with a settings file for each way to build it, beside its own."""

    folder: Path
    settings: Path
    # The folder of its content, where the settings leave that to the command.
    content: str | None = None
    # Files that two builds by Pelican alone make differently: they tell the time, or draw by chance.
    unsteady: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)

    def build(self, name: str, module: str = "pelican") -> tuple[int, str]:
        """Build one way, where it was built before, and return the exit code and what was said."""
        file = self.settings.with_name(f"compared_{name}.py")
        first = ["plugins.fastbuild"] if name == _FAST else []
        cache = str(self.folder.with_name(f"cache-{name}"))
        text = _SETTINGS.format(
            folder=str(self.settings.parent),
            own=str(self.settings),
            first=first,
            root=str(ROOT),
            cache=cache,
            path=f"PATH = {self.content!r}" if self.content else "",
        )
        if not file.exists():  # written anew, it would have everything built
            file.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", module, "-s", str(file), "-o", str(self.output(name))],
            cwd=self.settings.parent,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=_BOUND,
            check=False,
        )
        self.seconds[name] = time.perf_counter() - began
        return done.returncode, done.stdout + done.stderr

    def output(self, name: str) -> Path:
        """Where one way builds to."""
        return self.folder.with_name(name)

    def difference(self, module: str) -> list[str] | None:
        """Build both ways, and return the files that differ; None where Pelican alone cannot build the site."""
        plain, said = self.build(_PLAIN)
        fast, told = self.build(_FAST, module)
        if fast != plain:
            return [f"exit code {fast} for {plain}: {(told if fast else said).strip()[-2_000:]}"]
        if plain:
            return None
        found = differing(tree(self.output(_FAST)), tree(self.output(_PLAIN)))
        return [name for name in found if name not in self.unsteady]

    def note_unsteady(self) -> None:
        """Build by Pelican alone once more, elsewhere, and note what is not as it was."""
        self.build(_AGAIN)
        self.unsteady.update(differing(tree(self.output(_AGAIN)), tree(self.output(_PLAIN))))

    def places(self) -> tuple[Path, Path]:
        """The folder of the content and that of the theme."""
        file = self.settings.with_name(f"compared_{_PLAIN}.py")
        asked = subprocess.run(
            [sys.executable, "-c", _ASK, str(file)],
            cwd=self.settings.parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=_BOUND,
        )
        content, theme = (self.settings.parent / told for told in json.loads(asked.stdout.splitlines()[-1]))
        # Nothing but the copy is edited.
        if not content.resolve().is_relative_to(self.folder):
            raise SystemExit(f"The content lies outside of the site's folder, at {content}: nothing is edited there.")
        return content, theme if theme.resolve().is_relative_to(self.folder) else content


def compare(folder: Path, settings: str, content: str | None, edits: int, seed: int) -> bool:
    """Compare the builds of a copy of a site, tell what was seen, and return whether all were alike."""
    with tempfile.TemporaryDirectory() as name:
        copied = Path(shutil.copytree(folder, Path(name).resolve() / "site", symlinks=True))
        compared = Comparison(copied, copied / settings, content)
        clean = compared.difference("pelican")
        if clean is None:
            print(f"Pelican alone cannot build it: {compared.build(_PLAIN)[1].strip()[-2_000:]}")
            return False
        compared.note_unsteady()
        clean = [one for one in clean if one not in compared.unsteady]
        files = sum(path.is_file() for path in compared.output(_PLAIN).rglob("*"))
        took = {way: f"{seconds:.1f}" for way, seconds in compared.seconds.items()}
        print(f"{files} files, {len(compared.unsteady)} of them never alike; seconds: {took}")
        alike = _told("clean", clean)
        chance = random.Random(seed)
        hand = PlainEdits(*compared.places(), compared.output(_FAST), chance)
        for number in range(edits):
            done = hand.work()
            found = compared.difference(("plugins.fastbuild", "pelican")[number % 2])
            if found is None:
                hand.undo()
            alike &= _told(f"{number + 1}. {done}", found)
    return alike


def _told(what: str, found: list[str] | None) -> bool:
    if found is None:
        print(f"{what}: neither builds it, taken back")
    elif found:
        print(f"{what}: {len(found)} differ: {', '.join(found[:8])}")
    else:
        print(f"{what}: equal")
    return not found


def main(arguments: Sequence[str]) -> int:
    """Compare, and return 1 where something differs."""
    parser = argparse.ArgumentParser(prog="compare-pelican")
    parser.add_argument("site", type=Path, help="the folder of a Pelican site")
    parser.add_argument("--settings", default="pelicanconf.py", help="its settings file, below the folder")
    parser.add_argument("--content", help="the folder of its content, where the settings name none")
    parser.add_argument("--edits", type=int, default=8, help="how many edits are made, one after the other")
    parser.add_argument("--seed", type=int, default=1, help="other edits for another number")
    given = parser.parse_args(arguments)
    if not (given.site / given.settings).is_file():
        print(f"{given.site / given.settings} is not there; name the settings file with --settings.", file=sys.stderr)
        return 2
    return 0 if compare(given.site, given.settings, given.content, given.edits, given.seed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
