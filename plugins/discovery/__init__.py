"""Pelican plugin: what search engines, feed readers and other programs find."""

from __future__ import annotations

from pelican import Pelican, signals
from pelican.generators import Generator


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
