"""Page queue: all pages rendered at the end, in parallel, written only where bytes differ."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import Template
from pelican.plugins import signals

from plugins.content.output_folder import announced
from plugins.fastbuild.fingerprint.file_stamps import Stamp, stamp_of
from plugins.fastbuild.parallel.worker_processes import SharedWork
from plugins.fastbuild.render import read_tracking

Filter = Callable[[str], str]
# For fewer pages than these a process is not worth its start.
_LEAST, _LEAST_OF_AN_EDIT = 40, 4
# What a page is made with: a template, or a function of all that a template would see; what is bytes is no page.
Maker = Template | Callable[[Mapping[str, Any]], bytes | str]


class Page(Protocol):
    """Interface of a page or a file to be rendered."""

    @property
    def path(self) -> str:
        """Its file."""

    @property
    def maker(self) -> Maker:
        """What it is made with."""

    @property
    def context(self) -> Mapping[str, Any]:
        """The context of all pages, or one of its own that is like it."""

    @property
    def said(self) -> Mapping[str, Any]:
        """What is said on it besides."""

    @property
    def template(self) -> str | None:
        """The name of its template; None of what a function makes."""

    def local_context(self) -> Mapping[str, Any]:
        """All that a template sees, looked up when any of it is asked for."""


@dataclass(frozen=True, slots=True)
class QueuedPage:
    """Queued page, with what is said on it besides the context of all."""

    path: str
    maker: Maker
    context: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def template(self) -> str | None:
        """The name of its template; None of what a function makes."""
        return self.maker.name if isinstance(self.maker, Template) else None

    def local_context(self) -> Mapping[str, Any]:
        """All that a template sees, looked up when any of it is asked for."""
        return ChainMap(self.said, self.context)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """Rendered page as it is on the disk, with all that it has read."""

    stamp: Stamp
    reads: read_tracking.Reads
    # The names that its context was asked for.
    asked: frozenset[str]
    is_new: bool


class PageQueue:
    """Page queue of a site in its order; `only` names the files to make, None stands for all."""

    def __init__(self, output_path: str, settings: Mapping[str, Any], only: Collection[str] | None = None) -> None:
        self.output_path, self.settings, self.only = output_path, settings, only
        self.queued: dict[str, Page] = {}
        self._first: list[Page] = []
        self._begun: SharedWork[list[tuple[int, RenderedPage]]] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether pages are being made already."""
        return self._begun is not None

    def begin(self) -> SharedWork[list[tuple[int, RenderedPage]]]:
        """Have other processes begin with the pages that are queued so far; `make` waits for them."""
        steps, self._first = self._filters(), self._wanted()
        self._announce(self._first)
        # An edit is waited for: a handful of pages is worth a process.
        least = _LEAST if self.only is None else _LEAST_OF_AN_EDIT
        self._begun = SharedWork(
            len(self._first), lambda part: [(at, _make(self._first[at], steps)) for at in part], least
        )
        return self._begun

    def make(self) -> dict[str, RenderedPage]:
        """Make the pages, and tell of each, made now or as it was before, that it is written."""
        with self._begun or self.begin() as begun:
            found = {id(self._first[at]): one for part in begun.results() for at, one in part}
        steps = self._filters()
        self._announce([page for page in self._wanted() if id(page) not in found])
        # Those that came since then, or in the place of another.
        made = {page.path: found.get(id(page)) or _make(page, steps) for page in self._wanted()}
        for page in self.queued.values():
            signals.content_written.send(page.path, context=page.local_context())
        return made

    def _announce(self, pages: Iterable[Page]) -> None:
        if paths := [page.path for page in pages]:
            announced.send(self.output_path, paths=paths)

    def _filters(self) -> tuple[Filter, ...]:
        return tuple(self.settings.get("PAGE_FILTERS", ()))

    def _wanted(self) -> list[Page]:
        return [page for path, page in self.queued.items() if self.only is None or path in self.only]


def _make(page: Page, filters: tuple[Filter, ...]) -> RenderedPage:
    read_tracking.forget()
    context, maker = {**page.context, **page.said}, page.maker
    made = maker.render(context) if isinstance(maker, Template) else maker(read_tracking.TrackedMapping(context))
    read, asked = read_tracking.contents_read(), read_tracking.context_read()
    if isinstance(made, str):
        for one in filters:
            made = one(made)
        made = made.encode("utf-8")
    is_new = put(page.path, made)
    return RenderedPage(stamp_of(page.path), read, asked, is_new)


@contextmanager
def written_files() -> Iterator[set[str]]:
    """The files that anybody tells to have written meanwhile."""
    told: set[str] = set()

    def note(path: str, **_others: object) -> None:
        told.add(path)

    with signals.content_written.connected_to(note), signals.feed_written.connected_to(note):
        yield told


def number_of_pages(paths: Iterable[str]) -> int:
    """How many of these files are pages to be read, and not feeds and the like."""
    return sum(path.endswith(".html") for path in paths)


def put(path: str, content: bytes) -> bool:
    """Write a file in one step, unless it has these bytes already; whether it was written."""
    if not _is_made(os.path.dirname(path)):
        try:
            with open(path, "rb", buffering=0) as before:
                if before.read() == content:
                    return False
        except FileNotFoundError:
            pass
    part = f"{path}.{os.getpid()}.part"
    with open(part, "wb", buffering=0) as opened:
        opened.write(content)
    os.replace(part, path)
    return True


def _is_made(folder: str) -> bool:
    """Make a folder; whether it was not there, and so has nothing in it: most pages have one of their own."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return False
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    return True
