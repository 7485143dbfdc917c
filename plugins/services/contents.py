"""The pages of areas and services as Pelican's contents: each kind has its template, and its addresses by settings."""

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
