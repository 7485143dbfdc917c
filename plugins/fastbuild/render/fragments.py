"""Rendered fragments: each rendered once for all pages, and told apart from what pages say besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.render.read_tracking import FRAGMENT, Note, Reads

# Equal ones of these read the same; of all else each is one of its own.
_PLAIN = (str, int, type(None))
# On fewer pages than these a fragment is a part of each.
_LEAST = 12


@dataclass(frozen=True, slots=True)
class Fragment:
    """Rendered fragment, with all that it has read."""

    html: str
    reads: Reads
    asked: frozenset[str]


class FragmentCache:
    """Fragment cache: renders each piece once for the same things; good for as long as none of them changes.

    `digest` tells what stands for these in another run, and `name` what stands for whoever renders.
    """

    def __init__(self, digest: Callable[[object], str], name: str = "") -> None:
        self._digest, self._name = digest, name
        # What a piece names is held: the number of a thing that is gone may be given to another one.
        self._pieces: dict[object, tuple[str, Note, tuple[Any, ...]]] = {}

    def __call__(self, place: str, named: tuple[Any, ...], render: Callable[[], str]) -> str:
        """The HTML of a piece; each page that it is on has read it."""
        key = place, *((type(one), one if type(one) in _PLAIN else id(one)) for one in named)
        found = self._pieces.get(key)
        if found is None:
            html, read = read_tracking.tracked(render)
            with read_tracking.without_tracking():
                note = FRAGMENT, f"{self._name} {place} {self._digest(named)}"
            _rendered[note] = html, _expanded(read)
            found = self._pieces[key] = html, note, named
        read_tracking.add((found[1],))
        return found[0]


# Those that this process has rendered, each with what was read for it.
_rendered: dict[Note, tuple[str, frozenset[Note]]] = {}


def forget() -> None:
    """Have nothing: what they show has changed."""
    _rendered.clear()


def _expanded(read: Iterable[Note]) -> frozenset[Note]:
    """What was read, and in the place of fragments what was read for these."""
    found = set(read)
    fragments = [note for note in found if note[0] == FRAGMENT]
    return frozenset(found.difference(fragments).union(*(_rendered[note][1] for note in fragments)))


def expand() -> None:
    """Count what was read for fragments as read by whoever has shown them."""
    read_tracking.add(_expanded(read_tracking.taken(FRAGMENT)))


class PageReads(NamedTuple):
    """Reads of a page: the fragments that it shows, and what it has read besides."""

    fragments: frozenset[str]
    reads: Reads
    asked: frozenset[str]


def read_by_page() -> PageReads:
    """What was read since `forget`."""
    shown = read_tracking.taken(FRAGMENT)
    return PageReads(frozenset(name for _, name in shown), read_tracking.contents_read(), read_tracking.context_read())


def shared(pages: Sequence[PageReads], known: Collection[str]) -> tuple[dict[str, Fragment], list[PageReads]]:
    """The fragments that are on many of these pages or `known`, and the pages with all others for parts of theirs."""
    counted = Counter(name for page in pages for name in page.fragments)
    parts = {name: _part((FRAGMENT, name)) for name in counted}
    own = frozenset(name for name, number in counted.items() if number >= _LEAST or name in known)
    return {name: parts[name] for name in own}, [
        PageReads(
            page.fragments & own,
            _joined(page.reads, [parts[name].reads for name in page.fragments - own]),
            page.asked.union(*(parts[name].asked for name in page.fragments - own)),
        )
        for page in pages
    ]


def _part(note: Note) -> Fragment:
    html, read = _rendered[note]
    # Without its mark as HTML, by which whatever is put to it would be escaped.
    return Fragment(str(html), read_tracking.contents_of(read), read_tracking.context_of(read))


def _joined(reads: Reads, others: Iterable[Reads]) -> Reads:
    found = dict(reads)
    for other in others:
        for identity, bits in other.items():
            found[identity] = found.get(identity, 0) | bits
    return found
