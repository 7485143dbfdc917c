"""The theme's templates, rendered for the endpoint as the site renders them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from plugins.booking.problems import Problem
from plugins.content.interface import jinja_filters, stylesheet
from plugins.content.office import Office

THEME = Path(__file__).resolve().parents[2] / "theme"


class Renderer:
    """Renders a template with what every page needs; in development the stylesheet is read each time.

    `mark` is the file whose changes make a page load itself again, while there is one.
    """

    def __init__(self, office: Callable[[], Office], dev: bool, theme: Path = THEME, mark: Path | None = None) -> None:
        self._office = office
        self._dev = dev
        self._mark = mark
        self._theme = theme
        self._stylesheet: str | None = None
        self._environment = Environment(loader=FileSystemLoader(theme / "templates"), autoescape=True, auto_reload=dev)

    def __call__(self, template: str, **context: object) -> str:
        """Return a page as text."""
        office = self._office()
        self._environment.filters.update(jinja_filters(office.availability.timezone))
        if self._stylesheet is None or self._dev:
            self._stylesheet = stylesheet(self._theme)
        return self._environment.get_template(template).render(
            office=office,
            SITEURL="",
            BOOKING_URL="",
            LIVE_RELOAD=self._mark is not None and self._mark.exists(),
            stylesheet=self._stylesheet,
            **context,
        )

    def problem(self, problem: Problem) -> str:
        """Return the page that tells a problem."""
        return self("problem.html", status=problem.status, title=problem.title, detail=problem.detail)
