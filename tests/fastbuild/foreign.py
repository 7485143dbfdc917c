"""A site as other people have them: Markdown by Pelican's own reader, the theme `simple`, plugins of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.building import ROOT
from tests.fastbuild.builder import tree

_SETTINGS = """
import sys
sys.path.insert(0, {folder!r})
PATH = "content"
SITENAME = "Another site"
SITEURL = "https://another.example"
TIMEZONE = "UTC"
THEME = "simple"
AUTHOR = "Somebody"
MARKDOWN = {{"extensions": []}}
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PLUGIN_PATHS = [{folder!r}, {root!r}]
PLUGINS = {plugins!r}
"""
FAST, PLAIN = "fast", "plain"


class Foreign:
    """Such a site, built by Pelican alone into one folder and with fastbuild into another."""

    def __init__(self, folder: Path, settings: str = "", plugin: str = "") -> None:
        self.folder, self._settings = folder, settings
        self.told = ""
        self._plugins = ["mine"] if plugin else []
        self.put("mine.py", plugin)
        for number in range(3):
            self.post(number, f"Text of *{number}*.")

    def put(self, name: str, text: str) -> Path:
        """Write a file beside the settings or below."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written anew, it would have everything built.
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
        return file

    def post(self, number: int, text: str, date: str = "") -> None:
        """Write a post."""
        head = f"Title: Post {number}\nDate: {date or f'2026-01-0{number + 1}'}\nTags: one, t{number}\n"
        self.put(f"content/post-{number}.md", f"{head}\n{text}\n")

    def build(self, name: str, module: str = "pelican") -> dict[str, bytes]:
        """Build one of the two, and return its files."""
        plugins = (["plugins.fastbuild"] if name == FAST else []) + self._plugins
        head = _SETTINGS.format(folder=str(self.folder), root=str(ROOT), plugins=plugins)
        settings = self.put(f"{name}.py", f"{head}CACHE_PATH = 'cache-{name}'\n{self._settings}")
        output = self.folder / name
        done = subprocess.run(
            [sys.executable, "-m", module, "-s", str(settings), "-o", str(output), "--fatal", "warnings"],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self.told = done.stdout
        return tree(output)

    def is_that_of_pelican(self, module: str = "pelican") -> bool:
        """Build both, where each was built before, and say whether they are alike; `told` is what fastbuild told."""
        plain = self.build(PLAIN)
        return self.build(FAST, module) == plain
