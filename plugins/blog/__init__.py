"""Pelican plugin of the blog: reading time, neighbours and related posts."""

from __future__ import annotations

from pelican import signals

from plugins.blog.reading_time import enrich, time_reading


def register() -> None:
    """Connect to Pelican."""
    signals.content_object_init.connect(time_reading)
    signals.all_generators_finalized.connect(enrich)
