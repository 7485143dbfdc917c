"""Pelican plugin of images: responsive photos, and share cards (Open Graph)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pelican import signals

from plugins.content.plugin_requirements import need_theme, reads_content

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator


def _require(pelican: Pelican) -> None:
    # Cards say what the content says, in the typeface of the theme; a site without an address has none.
    if pelican.settings["SITEURL"] and reads_content(pelican.settings):
        need_theme("plugins.media", pelican.theme)


def _put(generators: Sequence[Generator]) -> None:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.media import image_builder, share_cards
    from plugins.media.gallery import Published

    settings = generators[0].settings
    # Where the files that pictures are made of are as they were, whoever builds hands over what the last build made.
    kept: Published | None = settings.pop("KEPT_PICTURES", None)
    pictures = image_builder.put(generators, kept)
    settings["PICTURES"] = Published(pictures.gallery, pictures.files, share_cards.put(generators, kept))


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(_require)
    signals.all_generators_finalized.connect(_put)
