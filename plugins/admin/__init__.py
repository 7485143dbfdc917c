"""Pelican plugin: an editor in the browser at `/admin/`, only where the setting `ADMIN` names one.

Its forms are made from the models that check the content.
"""

from __future__ import annotations

from pelican import Pelican, signals
from pelican.generators import Generator


def _generators(_pelican: Pelican) -> type[Generator]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.admin.generator import AdminGenerator

    return AdminGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(_generators)
