"""Pelican plugin: photos as sets of pictures, and a card for each page that is shared."""

from __future__ import annotations

from collections.abc import Sequence

from pelican import signals
from pelican.generators import Generator


def _put(generators: Sequence[Generator]) -> None:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.media import images, sharing

    images.put(generators)
    sharing.put(generators)


def register() -> None:
    """Connect to Pelican."""
    signals.all_generators_finalized.connect(_put)
