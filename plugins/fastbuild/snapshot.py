"""The site as the last build left it, in pieces, so that an edit begins where that build ended."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from plugins.fastbuild import folded
from plugins.fastbuild.folded import Folds
from plugins.fastbuild.reads import traced


class Kept(NamedTuple):
    """A page as it was queued: its file, what it is made with, and the piece of what is said.

    That is a function, or the name of a template in the environment of the generator of this number.
    """

    path: str
    maker: str | Callable[[Mapping[str, Any]], bytes | str]
    generator: int
    piece: int


@dataclass
class Snapshot:
    """What is shared by all pages, what each generator holds, and what the run has put into the settings.

    `pages` is None where a page is made with something that is no generator's.
    """

    settings: dict[str, Any]
    context: dict[str, Any]
    generators: list[tuple[str, str, dict[str, Any], dict[str, Any]]]
    pages: list[Kept] | None


def thawed(payload: memoryview, settings: dict[str, Any], context: dict[str, Any]) -> tuple[Snapshot, Folds]:
    """The snapshot, its contents belonging to these settings and to this context, and the pieces of its pages."""
    end = 8 + int.from_bytes(payload[:8], "big")
    kinds_, ends, base = pickle.loads(payload[8:end])
    folds = Folds(payload[end:], ends, settings, context)
    folds.contents = [
        folds.fold(number, traced(kind) if is_traced else kind) for number, (kind, is_traced) in enumerate(kinds_)
    ]
    with folded.opened(folds):
        folds.things, snapshot = pickle.loads(base)
    return snapshot, folds
