"""Testimonial pages, under /appuntamenti/parole/TOKEN/: a client leaves a word, changes it or takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from plugins.booking.service.testimonials import Testimonials
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.testimonial_store import AboutBooking, AlreadyDecided, NotHeld
from plugins.booking.web.booking_steps import Fields
from plugins.booking.web.middleware.origin_check import OriginCheck
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.rate_limit import wait_in_words
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import form_fields
from plugins.content.office import Office
from plugins.domain.bookings import meeting_of
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError, InvalidRequest
from plugins.domain.testimonial_form import MOST_LETTERS, ROLE

HERE = "/appuntamenti/parole"
_NOT_KEPT = N_("In questo momento non si riesce a salvare. Quello che hai scritto è ancora qui: riprova fra poco.")
_DECIDED = N_("Su queste parole è già stato deciso: da qui non si cambiano più.")


class TestimonialPages:
    """Testimonial pages; the methods block, and raise Problem."""

    def __init__(self, testimonials: Testimonials, office: Callable[[], Office], render: Callable[..., str]) -> None:
        self._testimonials = testimonials
        self._office = office
        self._render = render

    def show(
        self,
        token: str,
        status: int = 200,
        fields: Fields | None = None,
        errors: Iterable[FieldError] = (),
        seconds: int = 0,
    ) -> Response:
        """Ask for a word, or show the one there is."""
        found = self._found(token)
        office, booking, given = self._office(), found.booking, found.given
        kept = {"text": given.text, "name": given.name, "role": given.role or "", "consent": "1"} if given else {}
        page = self._render(
            "booking/testimonial.html",
            token=token,
            given=given,
            meeting=meeting_of(booking, office.availability, office.identity),
            day=office.availability.local_day(booking.start),
            values=({"name": booking.name} | kept) if fields is None else fields,
            errors=list(errors),
            most=MOST_LETTERS,
            longest_role=ROLE,
            wait=wait_in_words(seconds) if seconds else None,
        )
        answer = answer_of(page, status, seconds)
        answer.headers.update(SECRET)
        return answer

    def give(self, token: str, fields: Fields, seconds: int = 0) -> Response:
        """Keep a word, in the place of the one there is; where it comes too early, show it again instead."""
        found = self._found(token)
        if seconds:
            return self.show(token, 429, fields, seconds=seconds)
        try:
            self._testimonials.give(found.booking.id, self._testimonials.read(fields))
        except InvalidRequest as invalid:
            return self.show(token, 422, fields, invalid.errors)
        except AlreadyDecided:
            return self.show(token, 409, fields, [FieldError(field="", message=_(_DECIDED))])
        except NotHeld:
            raise _gone() from None
        except Unavailable:
            return self.show(token, 503, fields, [FieldError(field="", message=_(_NOT_KEPT))])
        return _back(token)

    def withdraw(self, token: str) -> Response:
        """Take a word back; once more changes nothing."""
        try:
            self._testimonials.withdraw(self._found(token).booking.id)
        except AlreadyDecided:
            return self.show(token, 409, errors=[FieldError(field="", message=_(_DECIDED))])
        return _back(token)

    def _found(self, token: str) -> AboutBooking:
        found = self._testimonials.of_token(token)
        if found is None:
            raise _gone()
        return found


def testimonial_routes(pages: TestimonialPages, origin: OriginCheck, wait: Callable[[Request], int]) -> PageRouter:
    """Return the routes; `wait` counts a post and says how many seconds it came too early."""
    router = PageRouter(HERE)
    posting = [origin]

    # An address copied without its last stroke.
    @router.get("/{token}")
    def whole_address(request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 307, SECRET)

    @router.get("/{token}/")
    def show(token: str) -> Response:
        return pages.show(token)

    @router.post("/{token}/", checks=posting)
    async def give(token: str, request: Request) -> Response:
        fields, seconds = await form_fields(request), wait(request)
        return await run_in_threadpool(pages.give, token, fields, seconds)

    @router.post("/{token}/ritira", checks=posting)
    async def withdraw(token: str) -> Response:
        return await run_in_threadpool(pages.withdraw, token)

    # The address of an answer to a post, when a visitor asks for it again.
    @router.get("/{token}/ritira")
    def show_again(token: str) -> Response:
        return _back(token)

    return router


def _back(token: str) -> Response:
    return RedirectResponse(f"{HERE}/{token}/", 303, SECRET)


def _gone() -> Problem:
    return Problem(
        404, _("Qui non c’è un incontro di cui scrivere: forse l’indirizzo è incompleto, o è passato tanto.")
    )
