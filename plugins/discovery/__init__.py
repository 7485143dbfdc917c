"""Pelican plugin: what search engines, feed readers and other programs find."""

from __future__ import annotations

from pelican import Pelican, signals

from plugins.discovery.generator import DiscoveryGenerator
from plugins.discovery.heads import share


def _generators(_pelican: Pelican) -> type[DiscoveryGenerator]:
    return DiscoveryGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.generator_init.connect(share)
    signals.get_generators.connect(_generators)
