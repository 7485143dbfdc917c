"""Pelican plugin: an editor in the browser at `/admin/`, only where the setting `ADMIN` names one.

Its forms are made from the models that check the content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


# What it tells Pelican depends on settings and files alone, and for an edit it needs no generator.
is_light = True


def _generators(_pelican: Pelican) -> type[Generator]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.admin.generator import AdminGenerator

    return AdminGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(_generators)
