"""Templates stay compiled from one build to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache


def compiled_in(settings: Mapping[str, Any]) -> None:
    """Keep them in the cache of the site; one that differs is compiled anew, by its digest."""
    if "bytecode_cache" in settings["JINJA_ENVIRONMENT"]:
        return
    folder = Path(settings["CACHE_PATH"]) / "templates"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        settings["JINJA_ENVIRONMENT"]["bytecode_cache"] = FileSystemBytecodeCache(str(folder))
