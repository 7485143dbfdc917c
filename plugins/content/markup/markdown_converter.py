"""Markdown converter (Python-Markdown) with the extensions of the settings."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension


class Converter(Markdown):
    """Python-Markdown, which knows at once what an extension with dots in its name is: the module of that name."""

    def build_extension(self, ext_name: str, configs: Mapping[str, Any]) -> Extension:
        """Make an extension; the names that packages register have no dots, and looking for them takes long."""
        if "." not in ext_name or ":" in ext_name:
            return super().build_extension(ext_name, configs)
        extension: Extension = importlib.import_module(ext_name).makeExtension(**configs)
        return extension
