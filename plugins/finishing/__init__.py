"""Pelican plugin: styles cut to each page, the search index, packed forms.

`PAGE_FILTERS` of the settings are what each page goes through before it is written: functions from HTML to HTML.
"""

from __future__ import annotations

from pelican import signals

from plugins.finishing.finish import finish, prepare


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(prepare)
    signals.finalized.connect(finish)
