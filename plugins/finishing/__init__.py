"""Pelican plugin: what is done once all pages are written: styles cut to each, the search index, packed forms."""

from __future__ import annotations

from pelican import signals

from plugins.finishing.finish import finish


def register() -> None:
    """Connect to Pelican."""
    signals.finalized.connect(finish)
