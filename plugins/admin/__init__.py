"""Pelican plugin: an editor in the browser at `/admin/`, only where the setting `ADMIN` names one.

Its forms are made from the models that check the content.
"""

from __future__ import annotations

from pelican import Pelican, signals

from plugins.admin.generator import AdminGenerator


def _generators(_pelican: Pelican) -> type[AdminGenerator]:
    return AdminGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(_generators)
