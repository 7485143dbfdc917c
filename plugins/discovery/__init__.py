"""Pelican plugin: what search engines read."""

from __future__ import annotations

from pelican import Pelican, signals

from plugins.discovery.crawlers import CrawlersGenerator


def _generators(_pelican: Pelican) -> type[CrawlersGenerator]:
    return CrawlersGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(_generators)
