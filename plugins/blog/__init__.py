"""Pelican plugin of the blog: reading time, neighbours and related posts, lists whose pages keep their posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

from plugins.blog.reading_time import enrich, time_reading

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.writers import Writer


def _writer(_pelican: Pelican) -> type[Writer] | None:
    if len(signals.get_writer.receivers) > 1:
        return None  # somebody else's, and Pelican takes one alone
    from plugins.blog.pagination import ListWriter

    return ListWriter


def register() -> None:
    """Connect to Pelican."""
    signals.content_object_init.connect(time_reading)
    signals.all_generators_finalized.connect(enrich)
    signals.get_writer.connect(_writer)
