"""Pelican plugin of SEO and feeds: what search engines, feed readers and programs find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

from plugins.content.plugin_requirements import need_content, need_theme

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


def _require(pelican: Pelican) -> None:
    need_content("plugins.discovery", pelican.settings)
    need_theme("plugins.discovery", pelican.theme)


def _generators(_pelican: Pelican) -> tuple[type[Generator], ...]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.discovery.generator import BrandGenerator, DiscoveryGenerator, FeedsGenerator

    return BrandGenerator, DiscoveryGenerator, FeedsGenerator


def _share(generator: Generator) -> None:
    from plugins.discovery.head_tags import share

    share(generator)


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_require)
    signals.generator_init.connect(_share)
    signals.get_generators.connect(_generators)
