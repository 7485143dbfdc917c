"""Which facts of which posts and pages something reads: what it has not read cannot have changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from pelican.contents import Content

T = TypeVar("T")
# Of the text and not of what is said about it in lists.
BODY = frozenset({"content", "get_content", "_content", "sections", "_get_content"})


class Reads(NamedTuple):
    """The identities of the contents whose facts were read, and of those whose texts were."""

    facts: tuple[int, ...]
    bodies: tuple[int, ...]


_classes: dict[type[Content], type[Content]] = {}
_reads: set[tuple[int, str]] = set()
_note = _reads.add


class Traced:
    """Put before a content's own class: notes each attribute that is read, and works out addresses once."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - attributes are of any type
        _note((id(self), name))
        return object.__getattribute__(self, name)

    @property
    def url(self) -> str:
        """The address, which is final once everything is read."""
        own = object.__getattribute__(self, "__dict__")
        if "_url" not in own:
            own["_url"] = super().url  # type: ignore[misc]
        return str(own["_url"])

    @property
    def save_as(self) -> str:
        """The file, which is final once everything is read."""
        own = object.__getattribute__(self, "__dict__")
        if "_save_as" not in own:
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
    return kind.__mro__[2] if issubclass(kind, Traced) else kind


def forget() -> None:
    """Begin anew."""
    _reads.clear()


def add(read: Iterable[tuple[int, str]]) -> None:
    """Count these as read."""
    _reads.update(read)


def apart(work: Callable[[], T]) -> tuple[T, frozenset[tuple[int, str]]]:
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
    """The contents that were read since `forget`."""
    bodies = {identity for identity, name in _reads if name in BODY}
    return Reads(tuple({identity for identity, name in _reads if name not in BODY}), tuple(bodies))


def paths_of(context: Mapping[str, Any]) -> dict[int, str]:
    """The path of each content by its identity."""
    return {id(content): path for path, content in context["generated_content"].items() if content is not None}
