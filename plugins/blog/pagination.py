"""Writer whose lists keep their pages: Pelican's, with pagination from the oldest entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Template
from pelican.writers import Writer

from plugins.content.list_pages import are_newest_first
from plugins.content.list_pages import paginated as paginated_from_the_oldest


class ListWriter(Writer):  # type: ignore[misc]
    """Pelican's writer, which is told the pages of a list one by one."""

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
        """Write a page, or the pages of a list."""
        if paginated is None:
            paginated = {key: value for key, value in kwargs.items() if key in {"articles", "dates"}}
        pages = [(name, dict[str, Any]())]
        if name and paginated and template_name in self.settings["PAGINATED_TEMPLATES"]:
            if not are_newest_first(self.settings, paginated):
                said = {"paginated": paginated, "template_name": template_name, "url": url, **kwargs}
                super().write_file(name, template, context, relative_urls, override_output=override_output, **said)
                return
            per_page = self.settings["PAGINATED_TEMPLATES"][template_name] or self.settings["DEFAULT_PAGINATION"]
            pages = list(paginated_from_the_oldest(name, url, paginated, self.settings, per_page))
        for file, here in pages:
            said = {**kwargs, **here}
            super().write_file(file, template, context, relative_urls, {}, None, override_output, url, **said)
