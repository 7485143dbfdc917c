"""Pelican plugin of services: area and service pages from the catalogue, linked with posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pelican import signals

from plugins.content.plugin_requirements import need_content
from plugins.services.url_settings import ADDRESSES

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


def _defaults(pelican: Pelican) -> None:
    need_content("plugins.services", pelican.settings)
    for name, address in ADDRESSES.items():
        pelican.settings.setdefault(name, address)


def _generators(_pelican: Pelican) -> type[Generator]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.services.generators import ServicesGenerator

    return ServicesGenerator


def _link(generators: list[Any]) -> None:
    from plugins.services.generators import link_posts

    link_posts(generators)


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_defaults)
    signals.get_generators.connect(_generators)
    signals.all_generators_finalized.connect(_link)
