"""Plugin requirements: ends a run with one sentence where a setting or plugin is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

# Without these a theme has neither the colours nor the partial templates that plugins ask for.
_THEME = ("static/css/tokens/colours.css", "templates/partials")

_OFFICE = ("identity.yaml", "availability.yaml")


def reads_content(settings: dict[str, Any]) -> bool:
    """Whether the content is read by `plugins.site`, which gives everybody else the office and the catalogue."""
    return "plugins.site" in (settings.get("PLUGINS") or ())


def need_content(plugin: str, settings: dict[str, Any]) -> None:
    """End the run where nobody reads the content."""
    if not reads_content(settings):
        _end(f"{plugin} needs the content as plugins.site reads it: add plugins.site to PLUGINS, or take {plugin} out.")


def need_theme(plugin: str, theme: str) -> None:
    """End the run where the theme is another one."""
    missing = next((name for name in _THEME if not (Path(theme) / name).exists()), None)
    if missing:
        _end(
            f"{plugin} needs the theme that it comes with, and {theme} has no {missing}: "
            f"set THEME to that theme, or take {plugin} out of PLUGINS."
        )


def need_office(plugin: str, content: Path) -> None:
    """End the run where the content is one of another kind of site."""
    if not any((content / name).exists() for name in _OFFICE):
        _end(
            f"{plugin} needs {' and '.join(_OFFICE)} in the content, and {content} has neither: take it out of PLUGINS."
        )


def _end(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    # Not an exception of Pelican's: those are shown with a traceback.
    raise SystemExit(1)
