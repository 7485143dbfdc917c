"""Pieces of pages that were rendered already, with what they have read of the contents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.fastbuild import reads

# Equal ones of these read the same; of all else each is one of its own.
_PLAIN = (str, int, type(None))


class Remembered:
    """Renders each piece once for the same things; good for as long as none of them changes."""

    def __init__(self) -> None:
        # What a piece names is held: the number of a thing that is gone may be given to another one.
        self._pieces: dict[object, tuple[str, frozenset[tuple[int, str]], tuple[Any, ...]]] = {}

    def __call__(self, place: str, named: tuple[Any, ...], render: Callable[[], str]) -> str:
        """The HTML of a piece; what it has read counts as read by each page that it is on."""
        key = place, *((type(one), one if type(one) in _PLAIN else id(one)) for one in named)
        found = self._pieces.get(key)
        if found is None:
            html, read = reads.apart(render)
            found = self._pieces[key] = html, read, named
        reads.add(found[1])
        return found[0]
