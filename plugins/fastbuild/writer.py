"""A writer that notes which pages there are, and makes them together at the end: over all cores, each in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Template
from pelican import signals
from pelican.paginator import Paginator
from pelican.utils import sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from plugins.content.announcing import announced
from plugins.fastbuild import reads
from plugins.fastbuild.cores import Shared
from plugins.fastbuild.stamps import Stamp, stamp_of

Filter = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Queued:
    """A page to be: its file, what it is made with, and what is said on it besides the context of all."""

    path: str
    template: Template
    context: Mapping[str, Any]
    said: Mapping[str, Any]

    def local_context(self) -> dict[str, Any]:
        """All that the template sees."""
        return {**self.context, **self.said}


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it is on the disk, with all that it has read."""

    stamp: Stamp
    reads: reads.Reads
    is_new: bool


class QueueingWriter(Writer):  # type: ignore[misc]
    """Pelican's writer for sites whose addresses are whole; `only` names the files to make, None stands for all."""

    def __init__(self, output_path: str, settings: Mapping[str, Any], only: Collection[str] | None = None) -> None:
        super().__init__(output_path, settings)
        self._base = os.path.abspath(output_path) + os.sep
        self._only = only
        self.queued: dict[str, Queued] = {}
        self._first: list[Queued] = []
        self._begun: Shared[list[tuple[int, Made]]] | None = None

    def write_file(
        self,
        name: str,
        template: Template,
        context: Mapping[str, Any],
        relative_urls: bool = False,
        paginated: Mapping[str, Any] | None = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - Pelican's own arguments
    ) -> None:
        """Note a page, or the pages of a list, as Pelican's writer would write them."""
        if not name:
            return
        if paginated is None:
            paginated = {key: value for key, value in kwargs.items() if key in {"articles", "dates"}}
        per_page = self.settings["PAGINATED_TEMPLATES"].get(template_name, False) if paginated else False
        if per_page is False:
            self._note(name, template, context, kwargs, override_output)
            return
        per_page = per_page or self.settings["DEFAULT_PAGINATION"]
        paginators = {key: Paginator(name, url, listed, self.settings, per_page) for key, listed in paginated.items()}
        pages = {
            key: [None, *(paginator.page(number) for number in range(1, paginator.num_pages + 1)), None]
            for key, paginator in paginators.items()
        }
        for number in range(1, next(iter(paginators.values())).num_pages + 1):
            here: dict[str, Any] = {}
            for key, paginator in paginators.items():
                previous, page, following = pages[key][number - 1 : number + 2]
                here[f"{key}_paginator"], here[f"{key}_page"] = paginator, page
                here[f"{key}_previous_page"], here[f"{key}_next_page"] = previous, following
            # Pelican takes the address of a page from the last of its lists; they are of one length.
            self._note(page.save_as, template, context, {**kwargs, **here}, override_output)

    def _note(
        self, name: str, template: Template, context: Mapping[str, Any], said: Mapping[str, Any], override: bool
    ) -> None:
        path = self._path(name)
        if self._claim(path, override):
            localsiteurl = context.get("localsiteurl")
            self.queued[path] = Queued(
                path, template, context, {"localsiteurl": localsiteurl, "output_file": name, **said}
            )

    def _path(self, name: str) -> str:
        # The plain case at once: making sure of an address takes longer than all the rest.
        if ".." not in name and "//" not in name and "/./" not in name and not name.startswith(("/", "./")):
            return self._base + name
        return str(sanitised_join(self.output_path, name))

    def _claim(self, path: str, override: bool) -> bool:
        """Whether a page may have a file, by Pelican's rules: one writes it, and one more where it says so."""
        if path in self._overridden_files:
            if override:
                raise FileOverwriteFailedError(f'Failed to overwrite "{path}" a second time')
            return False
        if path in self._written_files and not override:
            raise FileOverwriteFailedError(f'Failed to overwrite "{path}" as it has already been written to')
        if override:
            self._overridden_files.add(path)
        self._written_files.add(path)
        return True

    @property
    def has_begun(self) -> bool:
        """Whether pages are being made already."""
        return self._begun is not None

    def begin(self) -> Shared[list[tuple[int, Made]]]:
        """Have other processes begin with the pages that are queued so far; `make` waits for them."""
        steps, self._first = self._filters(), self._wanted()
        self._announce(self._first)
        self._begun = Shared(len(self._first), lambda part: [(at, _make(self._first[at], steps)) for at in part])
        return self._begun

    def make(self) -> dict[str, Made]:
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

    def _announce(self, pages: Iterable[Queued]) -> None:
        if paths := [page.path for page in pages]:
            announced.send(self.output_path, paths=paths)

    def _filters(self) -> tuple[Filter, ...]:
        return tuple(self.settings.get("PAGE_FILTERS", ()))

    def _wanted(self) -> list[Queued]:
        return [page for path, page in self.queued.items() if self._only is None or path in self._only]


def _make(page: Queued, filters: tuple[Filter, ...]) -> Made:
    reads.forget()
    html = page.template.render(page.local_context())
    read = reads.contents_read()
    for one in filters:
        html = one(html)
    is_new = put(page.path, html.encode("utf-8"))
    return Made(stamp_of(page.path), read, is_new)


def put(path: str, content: bytes) -> bool:
    """Write a file in one step, unless it has these bytes already; whether it was written."""
    if not _is_made(os.path.dirname(path)):
        try:
            with open(path, "rb") as before:
                if before.read() == content:
                    return False
        except FileNotFoundError:
            pass
    part = f"{path}.{os.getpid()}.part"
    with open(part, "wb") as opened:
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
