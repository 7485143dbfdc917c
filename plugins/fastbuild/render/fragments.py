"""Rendered fragments: each rendered once for all pages, and told apart from what pages say besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.render.fragment_scope import names_seen
from plugins.fastbuild.render.read_tracking import CONTEXT, FRAGMENT, Note, Reads

# Equal ones of these read the same; of all else each is one of its own.
_PLAIN = (str, int, type(None))


@dataclass(frozen=True, slots=True)
class Fragment:
    """Rendered fragment, with all that it has read."""

    html: str
    reads: Reads
    asked: frozenset[str]


class FragmentCache:
    """Fragment cache: renders each piece once for the same things; good for as long as none of them changes.

    `digest` tells what stands for these in another run, `name` what stands for whoever renders, and `shared` is the
    context of all pages. What is made of something else as well, or is within another piece, is a part of its page.
    """

    def __init__(self, digest: Callable[[object], str], shared: Mapping[str, object], name: str = "") -> None:
        self._digest, self._shared, self._name = digest, shared, name
        # What a piece names is held: the number of a thing that is gone may be given to another one.
        self._pieces: dict[object, tuple[str, Collection[Note], tuple[Any, ...]]] = {}
        self._is_within = False

    def __call__(self, place: str, named: tuple[Any, ...], render: Callable[[], str]) -> str:
        """The HTML of a piece; each page that it is on has read it."""
        key = self._is_within, place, *((type(one), one if type(one) in _PLAIN else id(one)) for one in named)
        found = self._pieces.get(key)
        if found is None:
            found = self._pieces[key] = *self._made(place, named, render), named
        read_tracking.add(found[1])
        return found[0]

    def _made(self, place: str, named: tuple[Any, ...], render: Callable[[], str]) -> tuple[str, Collection[Note]]:
        if self._is_within:
            return read_tracking.tracked(render)
        with read_tracking.without_tracking():
            note = FRAGMENT, self._digest((self._name, place, *named))
        if note[1] in _kept:
            return _kept[note[1]], (note,)
        self._is_within = True
        try:
            html, read = read_tracking.tracked(render)
        finally:
            self._is_within = False
        asked = {name for of, name in read if of == CONTEXT}
        seen = names_seen(render, asked, named, self._shared)
        if seen is None:
            return html, read
        _rendered[note] = html, read.union((CONTEXT, name) for name in seen)
        return html, (note,)


# Those that this process has rendered, each with what was read for it.
_rendered: dict[Note, tuple[str, frozenset[Note]]] = {}


# The HTML of those of the last build that say what they said, by what stands for each.
_kept: dict[str, str] = {}


def forget() -> None:
    """Have nothing: what they show has changed."""
    _rendered.clear()
    _kept.clear()


def keep(known: Mapping[str, str]) -> None:
    """Have these, by what stands for each, until `forget`."""
    _kept.update(known)


def expand() -> None:
    """Count what was read for fragments as read by whoever has shown them."""
    read_tracking.add(chain.from_iterable(_rendered[note][1] for note in read_tracking.taken(FRAGMENT)))


class PageReads(NamedTuple):
    """Reads of a page: the fragments that it shows, and what it has read besides."""

    fragments: frozenset[str]
    reads: Reads
    asked: frozenset[str]


def read_by_page() -> PageReads:
    """What was read since `forget`."""
    shown = read_tracking.taken(FRAGMENT)
    return PageReads(frozenset(name for _, name in shown), read_tracking.contents_read(), read_tracking.context_read())


def rendered() -> dict[str, Fragment]:
    """The fragments that this process has rendered, by what stands for each."""
    return {
        # Without its mark as HTML, by which whatever is put to it would be escaped.
        name: Fragment(str(html), read_tracking.contents_of(read), read_tracking.context_of(read))
        for (_, name), (html, read) in _rendered.items()
    }
