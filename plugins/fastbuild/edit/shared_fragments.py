"""Shared fragments of an edit: those that are others now, exchanged in the files of pages that say the same besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from plugins.fastbuild.cache.build_manifest import Manifest
from plugins.fastbuild.fingerprint.file_stamps import Stamp, stamp_of
from plugins.fastbuild.parallel.worker_processes import SharedWork
from plugins.fastbuild.render.fragments import Fragment
from plugins.fastbuild.render.page_queue import write

# For fewer pages than these a process is not worth its start.
_LEAST = 200
# How a piece of a page stands in its file, and how another does.
_Exchange = tuple[str, str]


class SharedFragments:
    """Shared fragments of the kept pages of `paths`: by numbers `touched` or names `asked` those that may be others."""

    def __init__(
        self, manifest: Manifest, touched: Collection[int], asked: Collection[str], paths: Collection[str]
    ) -> None:
        self._known = manifest.fragments
        self._others = {
            name for name, one in manifest.fragments.items() if one.number in touched or not one.asked.isdisjoint(asked)
        }
        self._shown = {path: manifest.pages[path].fragments for path in paths}

    @property
    def same(self) -> dict[str, str]:
        """The HTML of those that are what they were."""
        return {name: one.html for name, one in self._known.items() if name not in self._others}

    @property
    def pages(self) -> set[str]:
        """The pages that show any of them."""
        return {path for path, shown in self._shown.items() if not self._others.isdisjoint(shown)}

    def examples(self, rendered: Iterable[frozenset[str]]) -> set[str]:
        """Some of the pages that show, with those that are `rendered` anyway, each of these fragments."""
        found, missing = set[str](), self._others.difference(*rendered)
        for path, shown in self._shown.items() if missing else ():
            if not missing.isdisjoint(shown):
                found.add(path)
                missing -= shown
        return found

    def sharing(self, made: Mapping[str, Fragment], rendered: Collection[str]) -> dict[str, frozenset[str]]:
        """The pages that show one that is another now, and were not rendered, each with these fragments."""
        same = {name for name in self._others if name in made and made[name].html == self._known[name].html}
        others = self._others - same
        others |= {name for name, one in made.items() if name in self._known and one.html != self._known[name].html}
        return {
            path: shown & others
            for path, shown in self._shown.items()
            if path not in rendered and not others.isdisjoint(shown)
        }

    def exchange(
        self, pages: Mapping[str, frozenset[str]], made: Mapping[str, Fragment], filters: Sequence[Any]
    ) -> dict[str, Stamp]:
        """Exchange them in these pages, and return the stamps of those where it could be done."""
        known = {
            name: _exchange(self._known[name].html, made[name].html, filters) if name in made else None
            for name in frozenset().union(*pages.values())
        }
        paths = [path for path, shown in pages.items() if all(known[name] for name in shown)]

        def work(part: Iterable[int]) -> dict[str, Stamp | None]:
            return {
                paths[at]: _exchanged(paths[at], [known[name] for name in pages[paths[at]]], filters) for at in part
            }

        with SharedWork(len(paths), work, _LEAST) as begun:
            return {path: stamp for part in begun.results() for path, stamp in part.items() if stamp}


def _exchange(before: str, after: str, filters: Sequence[Any]) -> _Exchange | None:
    """How a fragment and another one stand in pages that went through these; None where a page may differ besides."""
    for one in filters:
        tells = hasattr(one, "piece") and hasattr(one, "stands_alone")
        told, other = (one.piece(before), one.piece(after)) if tells else (None, None)
        if told is None or other is None or told[1] != other[1]:
            return None
        before, after = told[0], other[0]
    return before, after


def _exchanged(path: str, pieces: Iterable[_Exchange | None], filters: Sequence[Any]) -> Stamp | None:
    """The stamp of a page that has other pieces now; None where one of those before is not there just once.

    None as well where what stands around one, as a heading or a quote that is not closed, may reach into it.
    """
    with open(path, "rb") as opened:
        page = opened.read().decode("utf-8")
    for before, after in filter(None, pieces):
        if page.count(before) != 1 or not all(one.stands_alone(page, page.find(before)) for one in filters):
            return None
        page = page.replace(before, after)
    write(path, page.encode("utf-8"))
    return stamp_of(path)
