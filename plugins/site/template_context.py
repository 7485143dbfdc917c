"""Template context: office, stylesheet and filters that every template gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plugins.content.colours.look import look_of
from plugins.content.fonts.typefaces import site_path
from plugins.content.markup.draft_links import body
from plugins.content.templates.template_filters import jinja_filters, stylesheet
from plugins.content.templates.template_fragments import Fragments
from plugins.content.templates.template_translation import Words

if TYPE_CHECKING:
    from pelican.generators import Generator


def share(generator: Generator) -> None:
    """Give the templates what site and endpoint share."""
    office = generator.settings["SITE"].office
    generator.env.add_extension(Words)
    generator.env.add_extension(Fragments)
    generator.env.filters.update(jinja_filters(office.availability.timezone, office.identity.currency))
    generator.env.filters["body"] = body
    theme, path = Path(generator.theme), site_path(generator.settings["SITEURL"])
    if "stylesheet" not in generator.context:  # the generators of a run share one
        generator.context["stylesheet"] = generator.settings.get("STYLES_MARK") or stylesheet(theme, path)
        generator.context["look"] = look_of(theme)
    # Where no other address is named, the endpoint is where the site is; it speaks further languages below theirs.
    endpoint = generator.settings.get("BOOKING_URL") or path
    booking = f"{endpoint}/{office.prefix}".rstrip("/")
    generator.context.update(office=office, SITENAME=generator.settings["SITENAME"], BOOKING_URL=booking)
