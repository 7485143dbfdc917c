"""Template rendering (Jinja): the theme's templates, with the same filters as the site."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from plugins.booking.web.answer_addresses import with_answer_addresses
from plugins.booking.web.middleware.path_prefix import Places
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.page_styles import Styles
from plugins.booking.web.timezones import groups
from plugins.content.office import Office
from plugins.content.templates.security_policy import NO_PAGE, framed, inlined, page_policy
from plugins.content.templates.template_filters import jinja_filters, owners_filters
from plugins.content.templates.template_fragments import Fragments
from plugins.content.templates.template_translation import Words
from plugins.domain.language import _, spoken

_PLAIN = """<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{detail}</p>
<p><a href="{site}/">{home}</a></p>
</main>
</body>
</html>
"""
_log = logging.getLogger(__name__)
THEME = Path(__file__).resolve().parents[3] / "theme"


class Renderer:
    """Renders a template with what every page needs; in development the stylesheet is read each time.

    `mark` is the file whose changes make a page load itself again, while there is one.
    """

    def __init__(
        self,
        office: Callable[[], Office],
        dev: bool,
        theme: Path = THEME,
        mark: Path | None = None,
        places: Places | None = None,
    ) -> None:
        self._office = office
        self._dev = dev
        self._mark = mark
        self._places = places or Places()
        self._theme = theme
        self._styles: Styles | None = None
        self._policy: str | None = None
        self._offered: dict[str, Callable[[], object]] = {}
        self._compiled = spoken(), self._environment()

    def __call__(self, template: str, **context: object) -> str:
        """Return a page as text."""
        office = self._office()
        language, environment = self._compiled
        if language is not spoken():
            # Templates are compiled in one language.
            environment = self._environment()
            self._compiled = spoken(), environment
        filters = jinja_filters(office.availability.timezone, office.identity.currency)
        # Also without stays: how a filter is called is compiled into templates, and a stay may be written at any time.
        environment.filters.update(filters | owners_filters(office.availability.where))
        page = environment.get_template(template).render(
            office=office,
            owners_clock=template.startswith("agenda/"),
            look=self._stylesheets().look,
            LIVE_RELOAD=self._mark is not None and self._mark.exists(),
            stylesheet=self._stylesheets()(template),
            **context,
        )
        return with_answer_addresses(page)

    def offer(self, **functions: Callable[[], object]) -> None:
        """Let templates ask for more, by these names, where they need it."""
        self._offered |= functions
        self._compiled[1].globals.update(self._offered)

    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._theme / "templates"),
            autoescape=True,
            auto_reload=self._dev,
            extensions=[Words, Fragments],
        )
        environment.globals.update(
            zones=groups, own_zone=None, SITEURL=self._places.pages, BOOKING_URL=self._places.endpoint
        )
        environment.globals.update(self._offered)
        return environment

    def policy(self) -> str:
        """Return what the pages may do, as a header says it."""
        if self._policy is None or self._dev:
            try:
                allowed = page_policy(self._stylesheets().all(), inlined(self._theme), pages=self._places.elsewhere)
            except OSError:
                return NO_PAGE  # the theme itself may be what is broken
            self._policy = framed(allowed)
        return self._policy

    def _stylesheets(self) -> Styles:
        if self._styles is None or self._dev:
            self._styles = Styles(self._theme, self._places.pages)
        return self._styles

    def problem(self, problem: Problem) -> str:
        """Return the page that tells a problem."""
        try:
            return self("problem.html", status=problem.status, title=problem.title, detail=problem.detail)
        except Exception:
            # The theme itself may be what is broken.
            _log.exception("the page of a problem cannot be rendered")
            return _PLAIN.format(
                tag=spoken().tag,
                title=escape(problem.title),
                detail=escape(problem.detail),
                site=escape(self._places.pages),
                home=escape(_("Pagina iniziale")),
            )
