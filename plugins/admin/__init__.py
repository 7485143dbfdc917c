"""Pelican plugin of the editor: a CMS (Decap) in the browser at `/admin/`.

It is there only where the setting `ADMIN` names one. Its forms are made from the models that check the content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

from plugins.content.plugin_requirements import need_content

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


def _require(pelican: Pelican) -> None:
    if pelican.settings.get("ADMIN"):
        need_content("plugins.admin", pelican.settings)


def _generators(_pelican: Pelican) -> type[Generator]:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.admin.generator import AdminGenerator

    return AdminGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_require)
    signals.get_generators.connect(_generators)
