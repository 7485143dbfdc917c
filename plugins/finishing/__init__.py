"""Pelican plugin of post-processing: inline styles, page policies, search index, compressed files.

`PAGE_FILTERS` of the settings are what each page goes through before it is written: functions from HTML to HTML. One
that has a method `piece` tells how a piece of a page stands in what it makes of the page, and all else that depends on
the piece; None where it cannot tell. Its method `stands_alone` says of a page and a place in it whether nothing of the
page reaches into a piece that begins there. Where both are so, one may take the place of another in a finished page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

from plugins.content.plugin_requirements import need_theme

if TYPE_CHECKING:
    from pelican import Pelican


def _require(pelican: Pelican) -> None:
    need_theme("plugins.finishing", pelican.theme)


def _prepare(pelican: Pelican) -> None:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.finishing.finish import prepare

    prepare(pelican)


def _finish(pelican: Pelican) -> None:
    from plugins.finishing.finish import finish

    finish(pelican)


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_require)
    signals.get_generators.connect(_prepare)
    signals.finalized.connect(_finish)
