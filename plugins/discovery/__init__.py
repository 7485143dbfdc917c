"""Pelican plugin: what search engines, feed readers and other programs find."""

from __future__ import annotations

from pathlib import Path

from pelican import Pelican, signals

from plugins.discovery.generator import DiscoveryGenerator
from plugins.discovery.heads import share
from plugins.discovery.search import index


def _generators(_pelican: Pelican) -> type[DiscoveryGenerator]:
    return DiscoveryGenerator


def _index(pelican: Pelican) -> None:
    index(Path(pelican.output_path))


def register() -> None:
    """Connect to Pelican."""
    signals.finalized.connect(_index)
    signals.generator_init.connect(share)
    signals.get_generators.connect(_generators)
