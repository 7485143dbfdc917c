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

    `ends` says where each piece ends, one after another, within `pieces`: what each content says, then their texts,
    which name nothing, then the pages.
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
        with resolving(self):
            return pickle.loads(self._bytes(number))

    def _bytes(self, number: int) -> memoryview:
        return self._pieces[self._ends[number - 1] if number else 0 : self._ends[number]]

    def text(self, number: int) -> memoryview:
        """The piece with the text of a content, as it was kept."""
        return self._bytes(len(self.contents) + number)

    def lazy_content(self, number: int, kind: type[Content]) -> Content:
        """A content, the piece of this number, that is read when it is needed."""
        one: Content = object.__new__(_mixed(LazyContent, kind))
        object.__setattr__(one, "__dict__", {"piece": (self, number)})
        return one

    def state(self, number: int) -> dict[str, Any]:
        """What a content says, but for its text, as one of this run."""
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


# The text of a content, which most that look at it do not ask for.
TEXT = ("_content", "sections")
_WITH_TEXT = frozenset({*TEXT, "__dict__"})


class TextlessContent(Traced):
    """Lazy-loading mixin, put before a content's own class while its text has not been read."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - attributes are of any type
        if name in _WITH_TEXT:
            _load_text(self)
            return getattr(self, name)
        return super().__getattribute__(name)


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


_classes: dict[tuple[type, type[Content]], type[Content]] = {}


def _mixed(mixin: type, kind: type[Content]) -> type[Content]:
    if (mixin, kind) not in _classes:
        own = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "unfolded": kind}
        _classes[mixin, kind] = type(kind.__name__, (mixin, kind), own)
    return _classes[mixin, kind]


def _load(one: object) -> None:
    own = object.__getattribute__(one, "__dict__")
    pieces, number = own["piece"]
    object.__setattr__(one, "__dict__", pieces.state(number) | {"piece": own["piece"]})
    object.__setattr__(one, "__class__", _mixed(TextlessContent, type(one).unfolded))  # type: ignore[attr-defined]


def _load_text(one: object) -> None:
    own = object.__getattribute__(one, "__dict__")
    pieces, number = own.pop("piece")
    own |= pickle.loads(pieces.text(number))
    object.__setattr__(one, "__class__", type(one).unfolded)  # type: ignore[attr-defined]


def facts(one: Content) -> dict[str, Any]:
    """What a content says, without its text where that was not read."""
    if isinstance(one, LazyContent):
        _load(one)
    own: dict[str, Any] = object.__getattribute__(one, "__dict__")
    return own


def kept_text(one: Content) -> memoryview | None:
    """The piece of a content's text as it was kept; None where it was read."""
    pieces, number = facts(one).get("piece", (None, 0))
    return pieces.text(number) if pieces else None
