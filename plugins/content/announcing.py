"""Files of a site are announced before they are written, so that what a build that is cut off has left can be told."""

from __future__ import annotations

from blinker import Signal

announced = Signal("The sender is the folder of the site, as a text; `paths` are the files to be written below it.")
