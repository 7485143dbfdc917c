"""Pelican plugin: photos as sets of pictures, and a card for each page that is shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pelican import signals

if TYPE_CHECKING:
    from pelican.generators import Generator


# What it tells Pelican depends on settings and files alone, and for an edit it needs no generator.
is_light = True


def _put(generators: Sequence[Generator]) -> None:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.media import images, sharing

    images.put(generators)
    sharing.put(generators)


def register() -> None:
    """Connect to Pelican."""
    signals.all_generators_finalized.connect(_put)
