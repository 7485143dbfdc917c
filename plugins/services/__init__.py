"""Pelican plugin: the catalogue becomes area and service pages, tied to the posts both ways."""

from __future__ import annotations

from pelican import Pelican, signals

from plugins.services.pages import ADDRESSES, ServicesGenerator, link_posts


def _defaults(pelican: Pelican) -> None:
    for name, address in ADDRESSES.items():
        pelican.settings.setdefault(name, address)


def _generators(_pelican: Pelican) -> type[ServicesGenerator]:
    return ServicesGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_defaults)
    signals.get_generators.connect(_generators)
    signals.all_generators_finalized.connect(link_posts)
