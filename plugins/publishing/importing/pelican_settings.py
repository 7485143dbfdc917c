"""Pelican settings: the plain values of a `pelicanconf.py`, read without running it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

_FILES = ("pelicanconf.py", "publishconf.py", "settings.py", "pelican.conf.py")
_LARGEST = 1_000_000
DEFAULTS: dict[str, Any] = {
    "ARTICLE_URL": "{slug}.html",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "CATEGORY_URL": "category/{slug}.html",
    "TAG_URL": "tag/{slug}.html",
    "DEFAULT_CATEGORY": "misc",
    "DEFAULT_LANG": "en",
    "USE_FOLDER_AS_CATEGORY": True,
    "SLUGIFY_SOURCE": "title",
    "PAGE_PATHS": ["pages"],
    "ARTICLE_EXCLUDES": [],
    "SITEURL": "",
    "PATH": "content",
    "FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2}).*",
    "PATH_METADATA": "",
}


def read_settings(root: Path) -> dict[str, Any]:
    """The settings of a Pelican site that stand as plain values in its files; Pelican's own for the rest."""
    values = dict(DEFAULTS)
    for name in _FILES:
        file = root / name
        if not file.is_file() or file.stat().st_size > _LARGEST:
            continue
        try:
            tree = ast.parse(file.read_text(encoding="utf-8", errors="replace"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for line in tree.body:
            if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
                try:
                    value = ast.literal_eval(line.value)
                except (ValueError, TypeError, RecursionError, MemoryError):
                    continue
                # An empty address is that of a site being written.
                if value != "" or line.targets[0].id != "SITEURL":
                    values[line.targets[0].id] = value
    # An address that is not said is where the file is saved.
    for url in ("ARTICLE_URL", "PAGE_URL"):
        saved = values.get(url.replace("_URL", "_SAVE_AS"))
        if values[url] == DEFAULTS[url] and isinstance(saved, str) and saved:
            values[url] = saved.removesuffix("index.html")
    return values
