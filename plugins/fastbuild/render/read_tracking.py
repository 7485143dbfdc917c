"""Read tracking: which attributes of which contents a page reads (its dependencies).

What it has not read cannot have changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from jinja2.runtime import Context
from pelican.contents import Content

from plugins.content.office import Office
from plugins.domain.base import Value
from plugins.fastbuild.fingerprint.supported import CHANGEABLE, DERIVED
from plugins.fastbuild.render.data_places import DataPlaces

T = TypeVar("T")
_BITS = {name: 1 << number for number, name in enumerate((*CHANGEABLE, *DERIVED))}
# All that a content says besides, and all of it at once.
_OTHER = 1 << len(_BITS)
EVERYTHING = (_OTHER << 1) - 1
_BITS["__dict__"] = EVERYTHING
# What stands in the place of a content's identity for the names that a page's context is asked for, and for fragments.
CONTEXT, FRAGMENT = 0, 1

# Of contents, of the context or of fragments, by what stands for each.
Note = tuple[int, str]
# What was read of contents: by their identities, a bit for each name that may change, and one for all others.
Reads = Mapping[int, int]


_classes: dict[type[Content], type[Content]] = {}
_reads: set[Note] = set()
_note: Callable[[Note], None] = _reads.add


@contextmanager
def without_tracking() -> Iterator[None]:
    """Note nothing meanwhile: all that an address is made of is looked at, and none of it may change."""
    global _note
    before, _note = _note, _ignore
    try:
        yield
    finally:
        _note = before


# Where what all pages share is found, while its fields are tracked.
_data: list[DataPlaces] = []


@contextmanager
def tracking_data(places: DataPlaces) -> Iterator[None]:
    """Note meanwhile which fields are read of what all pages share."""
    _data.append(places)
    for kind in (Value, Office):
        kind.__getattribute__ = _noting  # type: ignore[method-assign]
    try:
        yield
    finally:
        _data.pop()
        for kind in (Value, Office):
            del kind.__getattribute__


def _noting(value: object, name: str) -> Any:  # noqa: ANN401 - fields are of any type
    _note((id(value), name))
    return object.__getattribute__(value, name)


def _is_data(identity: int) -> bool:
    return bool(_data) and identity in _data[-1]


def _ignore(_read: Note) -> None:
    pass


class TrackedContext(Context):
    """Template context that notes each name it is asked for."""

    def resolve_or_missing(self, key: str) -> Any:  # noqa: ANN401 - jinja's own
        """The value of a name."""
        _note((CONTEXT, key))
        return super().resolve_or_missing(key)


def note_name(name: str) -> None:
    """Count a name of a page's context as asked for."""
    _note((CONTEXT, name))


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

    def get_content(self, siteurl: str) -> str:
        """The text, made once; what that reads, such as where its links lead, counts for each page that shows it."""
        return _made(self, "get_content", siteurl)

    def get_summary(self, siteurl: str) -> str:
        """The summary, likewise."""
        return _made(self, "get_summary", siteurl)

    def _update_content(self, content: str, siteurl: str) -> str:
        # Links to other files open with one or the other.
        if "{" not in content and "|" not in content:
            return content
        return str(super()._update_content(content, siteurl))  # type: ignore[misc]


# Texts that were made, with what was read for them, by contents, names and addresses of the site.
_texts: dict[tuple[Content, str, str], tuple[str, frozenset[Note]]] = {}


def _made(content: Any, name: str, siteurl: str) -> str:  # noqa: ANN401 - Pelican's content has no types
    key = content, name, siteurl
    if key not in _texts:
        # Pelican's own, which remembers it without what was read.
        make = vars(Content)[name].func
        _texts[key] = tracked(lambda: str(make(content, siteurl)))
    html, read = _texts[key]
    add(read)
    return html


def forget_texts() -> None:
    """Have texts made anew: contents have changed."""
    _texts.clear()


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


def add(read: Iterable[Note]) -> None:
    """Count these as read."""
    _reads.update(read)


def taken(of: int) -> frozenset[Note]:
    """What was read since `forget` of what this stands for; from now on it does not count as read."""
    found = frozenset(note for note in _reads if note[0] == of)
    _reads.difference_update(found)
    return found


def tracked(work: Callable[[], T]) -> tuple[T, frozenset[Note]]:
    """What some work returns, and what it reads, as `add` takes it, which is not counted; what was read before is."""
    global _reads, _note
    before, note = _reads, _note
    _reads = set()
    _note = note if note is _ignore else _reads.add
    try:
        return work(), frozenset(_reads)
    finally:
        _reads, _note = before, note


def names_read() -> frozenset[str]:
    """The names of the attributes that were read since `forget`, of whichever content."""
    return frozenset(name for identity, name in _reads if not _is_data(identity))


def contents_read() -> Reads:
    """What was read since `forget`."""
    return contents_of(_reads)


def contents_of(read: Iterable[Note]) -> Reads:
    """What of this is of contents."""
    found: dict[int, int] = {}
    for identity, name in read:
        if identity in (CONTEXT, FRAGMENT) or _is_data(identity):
            continue
        if not name.startswith("__"):
            found[identity] = found.get(identity, 0) | _BITS.get(name, _OTHER)
        elif name == "__dict__":
            found[identity] = EVERYTHING
    return found


def context_read() -> frozenset[str]:
    """The names that a page's context was asked for since `forget`, and the fields of what all share."""
    return context_of(_reads)


def context_of(read: Collection[Note]) -> frozenset[str]:
    """What of this are names of a context, or fields of what all share."""
    found = {name for identity, name in read if identity == CONTEXT}
    if _data:
        fields = (_data[-1].field(identity, name) for identity, name in read if identity != CONTEXT)
        found.update(field for field in fields if field is not None)
    return frozenset(found)


def bits(names: Iterable[str]) -> int:
    """A bit for each of these names."""
    found = 0
    for name in names:
        found |= _BITS.get(name, _OTHER)
    return found


def paths_of(context: Mapping[str, Any]) -> dict[int, str]:
    """The path of each content by its identity."""
    return {id(content): path for path, content in context["generated_content"].items() if content is not None}
