"""Pelican plugin of incremental, parallel builds: converts nothing twice, writes only what changed.

Without it in `PLUGINS` the site is the same and takes longer; docs/decisions/0014 tells how it knows what has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pelican import Pelican

# Nothing of Pelican is imported with this package: its command does without where it can.


def _take_over(pelican: Pelican) -> None:
    # What stands in for Pelican does without.
    if hasattr(pelican, "run"):
        from plugins.fastbuild.run import take_over

        take_over(pelican)


def register() -> None:
    """Connect to Pelican."""
    from pelican import signals

    signals.initialized.connect(_take_over)
