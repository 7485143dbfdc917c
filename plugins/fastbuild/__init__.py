"""Pelican plugin: builds over all cores, converts nothing twice, and writes only what an edit has changed.

Without it in `PLUGINS` the site is the same and takes longer; docs/decisions/0014 tells how it knows what has changed.
"""

from __future__ import annotations

from pelican import signals

from plugins.fastbuild.run import take_over


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(take_over)
