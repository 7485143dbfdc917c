"""Contents of areas and services: Pelican content classes with templates and addresses."""

from __future__ import annotations

from pelican.contents import Page


class AreaPage(Page):  # type: ignore[misc]
    """The prose of an area, which its template sets among its services."""

    default_template = "area"

    def _expand_settings(self, key: str, klass: str | None = None) -> str:
        return str(super(Page, self)._expand_settings(key, "area"))


class ServicePage(Page):  # type: ignore[misc]
    """The prose of a service; a draft has an address of its own that nothing links to."""

    default_template = "service"

    def _expand_settings(self, key: str, klass: str | None = None) -> str:
        return str(super(Page, self)._expand_settings(key, "draft_service" if self.status == "draft" else "service"))
