"""Testimonial form: what a client writes of the work that was done, and that it may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from plugins.domain.base import Value
from plugins.domain.fields import NAME, Fields, InvalidRequest
from plugins.domain.language import _
from plugins.domain.pasted_text import plain_lines, plain_words

MOST_LETTERS, ROLE = 1000, 100


class TestimonialRequest(Value):
    """What a client sends; whoever sends it has agreed that it be shown, under this name."""

    text: str
    name: str
    role: str | None = None


class GivenTestimonial(TestimonialRequest):
    """Words of a client about one booking; the owner has `approved_at` some time, or they wait for her.

    Once she has `closed_at` some time, approved or not, nothing is left of the words but that there were some.
    """

    booking_id: str
    given_at: datetime
    changed_at: datetime
    approved_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def version(self) -> datetime:
        """What tells these words, at this point of their way, from others."""
        return self.approved_at or self.changed_at


def read_testimonial(fields: Mapping[str, object]) -> TestimonialRequest:
    """Read the fields of the form; raises InvalidRequest with every error at once."""
    read = Fields(fields)
    text = read.text("text", _("Scrivi due parole."), MOST_LETTERS, lines=True, clean=plain_lines)
    name = read.text("name", _("Scrivi il nome con cui firmarle: anche solo le iniziali."), NAME, clean=plain_words)
    role = read.text("role", limit=ROLE, clean=plain_words)
    if not fields.get("consent"):
        read.refuse("consent", _("Senza il tuo sì non si possono pubblicare: spunta la casella, se sei d’accordo."))
    if read.errors or text is None or name is None:
        raise InvalidRequest(tuple(read.errors))
    return TestimonialRequest(text=text, name=name, role=role)
