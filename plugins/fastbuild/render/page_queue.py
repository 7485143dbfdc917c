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
from plugins.domain.language import own_language, speaking
from plugins.fastbuild.fingerprint.file_stamps import Stamp, stamp_of
from plugins.fastbuild.parallel.worker_processes import SharedWork
from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.render.fragments import Fragment, read_by_page, rendered

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
    """Rendered page as it is on the disk, with all that it has read besides the fragments that it shows."""

    stamp: Stamp
    reads: read_tracking.Reads
    # The names that its context was asked for.
    asked: frozenset[str]
    is_new: bool
    fragments: frozenset[str] = frozenset()


# Pages by their places in a queue, and the fragments that they share.
_Part = tuple[dict[int, RenderedPage], dict[str, Fragment]]


class PageQueue:
    """Page queue of a site in its order; `only` names the files to make, None stands for all.

    `fragments` are those of pages that were made, by what stands for each.
    """

    def __init__(self, output_path: str, settings: Mapping[str, Any], only: Collection[str] | None = None) -> None:
        self.output_path, self.settings, self.only = output_path, settings, only
        self.queued: dict[str, Page] = {}
        self._first: list[Page] = []
        self._begun: SharedWork[_Part] | None = None
        self.fragments: dict[str, Fragment] = {}

    @property
    def has_begun(self) -> bool:
        """Whether pages are being made already."""
        return self._begun is not None

    def begin(self) -> SharedWork[_Part]:
        """Have other processes begin with the pages that are queued so far; `make` waits for them."""
        steps, self._first = self.filters(), self._wanted()
        self._announce(self._first)
        # An edit is waited for: a handful of pages is worth a process.
        least = _LEAST if self.only is None else _LEAST_OF_AN_EDIT
        self._begun = SharedWork(
            len(self._first), lambda part: _make(((at, self._first[at]) for at in part), steps), least
        )
        return self._begun

    def make(self) -> dict[str, RenderedPage]:
        """Make the pages, and tell of each, made now or as it was before, that it is written."""
        made = self.rendered()
        for page in self.queued.values():
            signals.content_written.send(page.path, context=page.local_context())
        return made

    def rendered(self) -> dict[str, RenderedPage]:
        """Make the pages."""
        found: dict[int, RenderedPage] = {}
        with self._begun or self.begin() as begun:
            for pages, fragments in begun.results():
                found |= {id(self._first[at]): page for at, page in pages.items()}
                self.fragments |= fragments
        # Those that came since then, or in the place of another.
        late = {at: page for at, page in enumerate(self._wanted()) if id(page) not in found}
        self._announce(late.values())
        pages, fragments = _make(late.items(), self.filters()) if late else ({}, {})
        self.fragments |= fragments
        self._begun = None
        return {page.path: found.get(id(page)) or pages[at] for at, page in enumerate(self._wanted())}

    def _announce(self, pages: Iterable[Page]) -> None:
        if paths := [page.path for page in pages]:
            announced.send(self.output_path, paths=paths)

    def filters(self) -> tuple[Filter, ...]:
        """What each page goes through before it is written."""
        return tuple(self.settings.get("PAGE_FILTERS", ()))

    def _wanted(self) -> list[Page]:
        return [page for path, page in self.queued.items() if self.only is None or path in self.only]


def _make(pages: Iterable[tuple[int, Page]], filters: tuple[Filter, ...]) -> _Part:
    # One after another, as they are given.
    return {at: _made(page, filters) for at, page in pages}, rendered()


def _made(page: Page, filters: tuple[Filter, ...]) -> RenderedPage:
    read_tracking.forget()
    context, maker = {**page.context, **page.said}, page.maker
    with speaking(context.get("SPOKEN") or own_language()):
        made = maker.render(context) if isinstance(maker, Template) else maker(TrackedMapping(context))
        read = read_by_page()
        if isinstance(made, str):
            for one in filters:
                made = one(made)
            made = made.encode("utf-8")
    is_new = put(page.path, made)
    return RenderedPage(stamp_of(page.path), read.reads, read.asked, is_new, read.fragments)


class TrackedMapping(Mapping[str, Any]):
    """Context of a function that makes a page, which notes each name it is asked for as those of templates do."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - as templates see it
        read_tracking.note_name(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


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
    write(path, content)
    return True


def write(path: str, content: bytes) -> None:
    """Write a file in one step, in a folder that is there."""
    part = f"{path}.{os.getpid()}.part"
    with open(part, "wb", buffering=0) as opened:
        opened.write(content)
    os.replace(part, path)


def _is_made(folder: str) -> bool:
    """Make a folder; whether it was not there, and so has nothing in it: most pages have one of their own."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return False
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    return True
