"""Pelican plugin: what search engines, feed readers and other programs find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


# What it tells Pelican depends on settings and files alone, and for an edit it needs no generator.
is_light = True


def _generators(_pelican: Pelican) -> tuple[type[Generator], ...]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.discovery.generator import BrandGenerator, DiscoveryGenerator, FeedsGenerator

    return BrandGenerator, DiscoveryGenerator, FeedsGenerator


def _share(generator: Generator) -> None:
    from plugins.discovery.heads import share

    share(generator)


def register() -> None:
    """Connect to Pelican."""
    signals.generator_init.connect(_share)
    signals.get_generators.connect(_generators)
