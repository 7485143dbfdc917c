"""Pelican plugin: the content through our own reader; a fault in it stops the build.

Every template gets `office`, `stylesheet` and the filters that the endpoint's pages have too.
"""

from __future__ import annotations

from pelican import signals

from plugins.site.pruning import Written
from plugins.site.reading import add_reader, read, share

written = Written()


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(read)
    signals.generator_init.connect(share)
    signals.readers_init.connect(add_reader)
    signals.content_written.connect(written.add)
    signals.feed_written.connect(written.add)
    signals.static_generator_finalized.connect(written.add_static)
    signals.finalized.connect(written.prune)
