"""Pelican plugin: photos as sets of pictures, and a card for each page that is shared."""

from __future__ import annotations

from pelican import signals

from plugins.media import images, sharing


def register() -> None:
    """Connect to Pelican."""
    signals.all_generators_finalized.connect(images.put)
    signals.all_generators_finalized.connect(sharing.put)
