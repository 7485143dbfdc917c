"""Testimonial file: words of a client in the form that `testimonials/` wants, ready to be committed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import yaml

from plugins.content.markup.links import TESTIMONIALS
from plugins.content.markup.slugs import slug_of
from plugins.content.templates.formats import day_year
from plugins.domain.language import _
from plugins.domain.testimonial_form import GivenTestimonial

_LONGEST_NAME = 60


@dataclass(frozen=True)
class TestimonialFile:
    """File of a testimonial; its `path` lies below the content's folder, and is the same each time."""

    slug: str
    text: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return f"{self.slug}.md"

    @property
    def path(self) -> str:
        """Where it belongs."""
        return f"{TESTIMONIALS}/{self.name}"


def file_of_words(given: GivenTestimonial, service: str | None, zone: ZoneInfo) -> TestimonialFile:
    """Write the words of a client as a file; `service` is the slug of what they are about."""
    day = given.changed_at.astimezone(zone).date()
    # Two clients may have one name, and nobody else may know of a booking by its file.
    mark = hashlib.sha256(f"testimonial {given.booking_id}".encode()).hexdigest()[:6]
    said = {
        "who": given.name,
        "role": given.role,
        "when": day,
        "consent": _("dal modulo del sito, il %(day)s", day=day_year(day)),
        "service": service,
    }
    front = yaml.safe_dump(
        {key: value for key, value in said.items() if value is not None},
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    slug = "-".join(filter(None, (slug_of(given.name, _LONGEST_NAME), mark)))
    return TestimonialFile(slug, f"---\n{front}---\n{given.text}\n")
