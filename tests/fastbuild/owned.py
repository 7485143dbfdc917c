"""A site with settings and plugins of its owner's, built by its command or by Pelican's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.building import ROOT
from tests.fastbuild.builder import tree
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import Place

_PLUGIN = """
import logging
from pelican import signals

{lines}
"""


class Owned:
    """Such a site; `settings` are lines at the end of its settings file."""

    def __init__(self, place: Place) -> None:
        self.place, self.settings = place, ""
        self.environment: dict[str, str] = {}

    def put(self, name: str, text: str) -> None:
        """Write a file beside the settings."""
        (self.place.folder / name).write_text(text, encoding="utf-8")

    def plug(self, lines: str) -> None:
        """Have the plugin `mio` consist of these lines, and the settings name it."""
        self.put("mio.py", _PLUGIN.format(lines=lines))
        self.settings = "PLUGINS = [*PLUGINS, 'mio']\n"

    def build(self, *others: str, module: str = "plugins.fastbuild", fatal: str = "errors") -> str:
        """Build, and return the last line that was told."""
        done = self.run(*others, module=module, fatal=fatal)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout.strip().splitlines()[-1]

    def run(
        self, *others: str, module: str = "plugins.fastbuild", fatal: str = "errors", fresh: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Build; `fresh` by Pelican alone, where nothing was built before."""
        folder = self.place.folder / "clean" if fresh else self.place.folder
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        places = {"CACHE_PATH": str(folder / "cache"), "OUTPUT_PATH": str(folder / "output")}
        command = Command(folder, seed=3 if fresh else 1)
        line = command.line(self.place.settings(**places))
        settings = Path(line[line.index("-s") + 1])
        mine = f"sys.path.insert(0, {str(self.place.folder)!r})\nPLUGIN_PATHS += [{str(self.place.folder)!r}]\n"
        whole = settings.read_text(encoding="utf-8") + mine + self.settings
        if fresh:
            module, whole = "pelican", f"{whole}PLUGINS = [one for one in PLUGINS if one != 'plugins.fastbuild']\n"
        # Beside the first one, which is written anew where it differs.
        own = folder / "mie.py"
        if not own.exists() or own.read_text(encoding="utf-8") != whole:
            own.write_text(whole, encoding="utf-8")
        line[line.index("-s") + 1] = str(own)
        line[line.index("--fatal") + 1] = fatal
        environment = command.environment | self.environment
        return subprocess.run(
            [sys.executable, "-m", module, *line[3:], *others],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def is_as_a_clean_build(self) -> bool:
        """Whether the site is what Pelican alone builds of it where nothing was before."""
        done = self.run(fresh=True)
        assert done.returncode == 0, done.stderr + done.stdout
        return tree(self.place.output) == tree(self.place.folder / "clean" / "output")

    def show(self, piece: str) -> None:
        """Have each post show this."""
        template = self.place.folder / "theme" / "templates" / "article.html"
        text = template.read_text(encoding="utf-8")
        template.write_text(text.replace("<article>", f"<article>{piece}", 1), encoding="utf-8")
