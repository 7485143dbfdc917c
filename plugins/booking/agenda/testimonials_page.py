"""Testimonials page of the agenda: what clients wrote, to approve or decline, and the file of what is approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from plugins.booking.agenda.list_pages import said
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.service.testimonial_file import TestimonialFile
from plugins.booking.service.testimonials import Testimonials
from plugins.booking.storage.testimonial_store import AboutBooking
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.view_models import instant
from plugins.content.office import Office
from plugins.content.templates.formats import day_year
from plugins.domain.bookings import meeting_of
from plugins.domain.follow_up import asks_testimonials
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError

TESTIMONIALS = f"{HOME}parole/"
_CHANGED = N_(
    "Nel frattempo quelle parole sono cambiate, sono state approvate, o le ha tolte chi le ha scritte: "
    "rileggile qui sotto."
)


@dataclass(frozen=True)
class TestimonialLine:
    """Words of a client, as an entry of the list; `file` where they are approved."""

    id: str
    text: str
    name: str
    role: str | None
    seen: str
    who: str
    what: str
    file: TestimonialFile | None
    is_published: bool


class TestimonialsPage:
    """Testimonials page; the methods block, and raise Problem and Unavailable."""

    def __init__(self, testimonials: Testimonials, office: Callable[[], Office], render: Callable[..., str]) -> None:
        self._testimonials = testimonials
        self._office = office
        self._render = render

    def show(self, session: str, done: str = "", status: int = 200, errors: tuple[FieldError, ...] = ()) -> Response:
        """Show all words: those that wait for her first."""
        page = self._render(
            "agenda/testimonials.html",
            form_key=form_key(session),
            lines=[line for one in self._testimonials.everything() if (line := self._line(one))],
            done=said(done),
            errors=list(errors),
            is_asked=asks_testimonials(self._office().availability),
        )
        return page_of(page, status)

    def approve(self, session: str, booking_id: str, fields: Mapping[str, str]) -> Response:
        """Approve words as she has seen them: others that came meanwhile wait on."""
        seen = instant(fields.get("seen", ""))
        if seen is None or not self._testimonials.approve(booking_id, seen):
            return self.show(session, status=409, errors=(FieldError(field="", message=_(_CHANGED)),))
        return see(f"{TESTIMONIALS}?fatto=approva")

    def close(self, session: str, booking_id: str, fields: Mapping[str, str]) -> Response:
        """Erase words as she has seen them: others that came meanwhile, or were approved meanwhile, stay."""
        seen = instant(fields.get("seen", ""))
        if seen is None or not self._testimonials.close(booking_id, seen):
            return self.show(session, status=409, errors=(FieldError(field="", message=_(_CHANGED)),))
        return see(f"{TESTIMONIALS}?fatto=scarta")

    def file(self, booking_id: str) -> Response:
        """The file of approved words, to be saved and committed."""
        found = self._testimonials.find(booking_id)
        file = self._testimonials.file(found) if found else None
        if file is None:
            raise Problem(404)
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
        return Response(file.text, media_type="text/markdown; charset=utf-8", headers=headers)

    def _line(self, found: AboutBooking) -> TestimonialLine | None:
        booking, given, office = found.booking, found.given, self._office()
        if given is None:
            return None
        file = self._testimonials.file(found)
        meeting = meeting_of(booking, office.availability, office.identity)
        day = day_year(office.availability.local_day(booking.start))
        return TestimonialLine(
            booking.id,
            given.text,
            given.name,
            given.role,
            given.version.isoformat(),
            booking.name,
            f"{meeting.title}, {day}",
            file,
            file is not None and self._testimonials.is_published(file),
        )
