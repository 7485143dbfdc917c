"""Lazy contents: the snapshot in pieces, each deserialised only when it is read."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pelican.contents import Content

from plugins.fastbuild.render.read_tracking import Traced, traced


class SavedPage(NamedTuple):
    """Serialised queued page: its file, what it is made with, and the piece of what is said.

    That is a function, or the name of a template in the environment of the generator of this number.
    """

    path: str
    maker: str | Callable[[Mapping[str, Any]], bytes | str]
    generator: int
    piece: int


@dataclass
class Snapshot:
    """Snapshot: what all pages share, what each generator holds, and what the run has put into the settings.

    `pages` is None where a page is made with something that is no generator's.
    """

    settings: dict[str, Any]
    context: dict[str, Any]
    generators: list[tuple[str, str, dict[str, Any], dict[str, Any]]]
    pages: list[SavedPage] | None


def load_pieces(
    payload: memoryview, settings: dict[str, Any], context: dict[str, Any]
) -> tuple[Snapshot, SnapshotPieces]:
    """The snapshot, its contents belonging to these settings and to this context, and the pieces of its pages."""
    end = 8 + int.from_bytes(payload[:8], "big")
    kinds_, ends, base = pickle.loads(payload[8:end])
    pieces = SnapshotPieces(payload[end:], ends, settings, context)
    pieces.contents = [
        pieces.lazy_content(number, traced(kind) if is_traced else kind)
        for number, (kind, is_traced) in enumerate(kinds_)
    ]
    with resolving(pieces):
        pieces.things, snapshot = pickle.loads(base)
    return snapshot, pieces


class SnapshotPieces:
    """Pieces of a snapshot, read one by one; they name contents and things by their numbers.

    `ends` says where each piece ends, one after another, within `pieces`.
    """

    def __init__(
        self, pieces: memoryview, ends: Sequence[int], settings: dict[str, Any], context: dict[str, Any]
    ) -> None:
        self._pieces, self._ends = pieces, ends
        self._belongs = {"settings": settings, "_context": context}
        self.settings, self.context = settings, context
        self.contents: list[Content] = []
        self.things: list[object] = []

    def piece(self, number: int) -> Any:  # noqa: ANN401 - whatever was kept
        """What a piece holds."""
        start = self._ends[number - 1] if number else 0
        with resolving(self):
            return pickle.loads(self._pieces[start : self._ends[number]])

    def lazy_content(self, number: int, kind: type[Content]) -> Content:
        """A content, the piece of this number, that is read when it is needed."""
        one: Content = object.__new__(_lazy_class(kind))
        object.__setattr__(one, "__dict__", {"piece": (self, number)})
        return one

    def state(self, number: int) -> dict[str, Any]:
        """All that a content says, as one of this run."""
        state: dict[str, Any] = self.piece(number)
        return state | self._belongs


class resolving:
    """Context manager: the pieces that numbers refer to within it."""

    def __init__(self, pieces: SnapshotPieces) -> None:
        self._pieces = pieces

    def __enter__(self) -> None:
        _open.append(self._pieces)

    def __exit__(self, *_raised: object) -> None:
        _open.pop()


_open: list[SnapshotPieces] = []


def content(number: int) -> Content:
    """The content of a number, as pickle asks for it."""
    return _open[-1].contents[number]


def thing(number: int) -> object:
    """The thing of a number, as pickle asks for it."""
    return _open[-1].things[number]


def belonging(kind: type) -> object:
    """Something that holds the settings of its run, as pickle begins it."""
    one: object = object.__new__(kind)
    vars(one)["settings"] = _open[-1].settings
    return one


class LazyContent(Traced):
    """Lazy-loading mixin, put before a content's own class while nothing of it has been read."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - attributes are of any type
        _load(self)
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        _load(self)
        setattr(self, name, value)

    def __delattr__(self, name: str) -> None:
        _load(self)
        delattr(self, name)


_classes: dict[type[Content], type[Content]] = {}


def _lazy_class(kind: type[Content]) -> type[Content]:
    if kind not in _classes:
        own = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "unfolded": kind}
        _classes[kind] = type(kind.__name__, (LazyContent, kind), own)
    return _classes[kind]


def _load(one: object) -> None:
    own = object.__getattribute__(one, "__dict__")
    pieces, number = own.pop("piece")
    object.__setattr__(one, "__dict__", pieces.state(number))
    object.__setattr__(one, "__class__", type(one).unfolded)  # type: ignore[attr-defined]
