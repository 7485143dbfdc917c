"""Queueing writer: Pelican's writer, which queues pages instead of writing them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Template
from pelican.paginator import Paginator
from pelican.utils import sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from plugins.content.list_pages import are_newest_first
from plugins.content.list_pages import paginated as paginated_lists
from plugins.fastbuild.render.page_queue import Maker, PageQueue, QueuedPage


class QueueingWriter(PageQueue, Writer):  # type: ignore[misc]
    """Queueing writer: Pelican's writer for sites whose addresses are whole, which has the pages made together."""

    def __init__(self, output_path: str, settings: Mapping[str, Any], only: Collection[str] | None = None) -> None:
        Writer.__init__(self, output_path, settings)
        PageQueue.__init__(self, output_path, settings, only)
        self._base = os.path.abspath(output_path) + os.sep

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
        if not paginated or template_name not in self.settings["PAGINATED_TEMPLATES"]:
            self._note(name, template, context, kwargs, override_output)
            return
        per_page = self.settings["PAGINATED_TEMPLATES"][template_name] or self.settings["DEFAULT_PAGINATION"]
        is_ours = "plugins.blog" in self.settings["PLUGINS"] and are_newest_first(self.settings, paginated)
        pages = paginated_lists if is_ours else _pages_of_pelican
        for file, here in pages(name, url, paginated, self.settings, per_page):
            self._note(file, template, context, {**kwargs, **here}, override_output)

    def write_made(
        self,
        name: str,
        make: Callable[[Mapping[str, Any]], bytes | str],
        context: Mapping[str, Any],
        **said: Any,  # noqa: ANN401 - whatever it is made of
    ) -> None:
        """Note a file that a function of a module makes: again when something it read has changed."""
        self._note(name, make, context, said, override=False)

    def _note(
        self, name: str, maker: Maker, context: Mapping[str, Any], said: Mapping[str, Any], override: bool
    ) -> None:
        path = self._path(name)
        if self._claim(path, override):
            localsiteurl = context.get("localsiteurl")
            self.queued[path] = QueuedPage(
                path, maker, context, {"localsiteurl": localsiteurl, "output_file": name, **said}
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


def _pages_of_pelican(
    name: str, url: str | None, lists: Mapping[str, Sequence[Any]], settings: Mapping[str, Any], per_page: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """As `plugins.content.list_pages` has it, the pages of a list that Pelican's own writer makes."""
    paginators = {key: Paginator(name, url, listed, settings, per_page) for key, listed in lists.items()}
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
        yield page.save_as, here
