"""Read tracking: which attributes of which contents a page reads (its dependencies).

What it has not read cannot have changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from pelican.contents import Content

from plugins.fastbuild.fingerprint.supported import CHANGEABLE

T = TypeVar("T")
_BITS = {name: 1 << number for number, name in enumerate(CHANGEABLE)}
# Of whoever takes all of them at once.
_BITS["__dict__"] = (1 << len(CHANGEABLE)) - 1

# What was read of contents: by their identities, a bit for each name that may change.
Reads = Mapping[int, int]


_classes: dict[type[Content], type[Content]] = {}
_reads: set[tuple[int, str]] = set()
_note: Callable[[tuple[int, str]], None] = _reads.add


@contextmanager
def without_tracking() -> Iterator[None]:
    """Note nothing meanwhile: all that an address is made of is looked at, and none of it may change."""
    global _note
    before, _note = _note, _ignore
    try:
        yield
    finally:
        _note = before


def _ignore(_read: tuple[int, str]) -> None:
    pass


class Traced:
    """Tracking mixin, put before a content's own class: notes each attribute read, works out addresses once."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - attributes are of any type
        _note((id(self), name))
        return object.__getattribute__(self, name)

    @property
    def url(self) -> str:
        """The address, which is final once everything is read."""
        own = object.__getattribute__(self, "__dict__")
        if "_url" not in own:
            with without_tracking():
                own["_url"] = super().url  # type: ignore[misc]
        return str(own["_url"])

    @property
    def save_as(self) -> str:
        """The file, which is final once everything is read."""
        own = object.__getattribute__(self, "__dict__")
        if "_save_as" not in own:
            with without_tracking():
                own["_save_as"] = super().save_as  # type: ignore[misc]
        return str(own["_save_as"])

    def _update_content(self, content: str, siteurl: str) -> str:
        # Links to other files open with one or the other.
        if "{" not in content and "|" not in content:
            return content
        return str(super()._update_content(content, siteurl))  # type: ignore[misc]


def traced(kind: type[Content]) -> type[Content]:
    """The class of a content with its reads traced."""
    if issubclass(kind, Traced):
        return kind
    if kind not in _classes:
        own = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
        _classes[kind] = type(kind.__name__, (Traced, kind), own)
    return _classes[kind]


def plain(kind: type[Content]) -> type[Content]:
    """The class that was there before."""
    return next(one for one in kind.__mro__ if not issubclass(one, Traced))


def forget() -> None:
    """Begin anew."""
    _reads.clear()


def add(read: Iterable[tuple[int, str]]) -> None:
    """Count these as read."""
    _reads.update(read)


def tracked(work: Callable[[], T]) -> tuple[T, frozenset[tuple[int, str]]]:
    """What some work returns, and what it reads, as `add` takes it; what was read before stays so."""
    before = _reads.copy()
    _reads.clear()
    try:
        return work(), frozenset(_reads)
    finally:
        _reads.update(before)


def names_read() -> frozenset[str]:
    """The names of the attributes that were read since `forget`, of whichever content."""
    return frozenset(name for _, name in _reads)


def contents_read() -> Reads:
    """What was read since `forget`."""
    found: dict[int, int] = {}
    for identity, name in _reads:
        if name in _BITS:
            found[identity] = found.get(identity, 0) | _BITS[name]
    return found


def bits(names: Iterable[str]) -> int:
    """A bit for each of these names that may change."""
    return sum({_BITS[name] for name in names if name in _BITS})


def paths_of(context: Mapping[str, Any]) -> dict[int, str]:
    """The path of each content by its identity."""
    return {id(content): path for path, content in context["generated_content"].items() if content is not None}
