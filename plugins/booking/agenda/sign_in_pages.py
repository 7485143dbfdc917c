"""Sign-in pages of the agenda: asking for a link and a code, and entering by either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from plugins.booking.agenda.calendars_page import CalendarsPage
from plugins.booking.agenda.list_pages import ListPages
from plugins.booking.agenda.routes import Check
from plugins.booking.agenda.session_check import HOME, PRIVATE, SessionCheck, SignedOut, page_of, see
from plugins.booking.agenda.sign_in import CODE_DIGITS, LINK_LASTS, SignIn
from plugins.booking.storage.outbox import Envelope
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import form_fields
from plugins.domain.language import _, ngettext
from plugins.domain.pasted_text import plain_number
from plugins.domain.requests import FieldError

_DIGITS = "0123456789"
_MINUTES = int(LINK_LASTS.total_seconds()) // 60


def sign_in_routes(
    sign_in: SignIn,
    session_check: SessionCheck,
    lists: ListPages,
    calendars_page: CalendarsPage,
    write: Callable[[str, str], Envelope],
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Callable[..., str],
    checks: list[Check],
    mail_is_stuck: Callable[[], bool],
) -> PageRouter:
    """Return the routes that lead into the agenda; `write` makes the mail with a link of a token, and a code."""
    router = PageRouter("/agenda")

    def outside(status: int = 200, sent: bool = False, **context: object) -> Response:
        stuck = sent and mail_is_stuck()
        return page_of(render("agenda/outside.html", minutes=_MINUTES, sent=sent, stuck=stuck, **context), status)

    @router.get("/")
    def home(request: Request) -> Response:
        try:
            session = session_check.session(request)
        except SignedOut:
            tries = sign_in.tries_left(session_check.asker(request), clock())
            # An app may be opened anew while its owner looks for the code: it shows the field again.
            return outside(sent=bool(tries) or "mandato" in request.query_params, tries=tries)
        return lists.home(
            session,
            request.query_params.get("fatto", ""),
            calendars_page.differing(),
            calendars_page.silent(),
            calendars_page.incomplete(),
            calendars_page.unwritten(),
        )

    @router.post("/entra", checks=checks)
    def ask() -> Response:
        asker = sign_in.ask(write, clock())
        if asker is None:
            return outside(429, many=True)
        wake()
        return session_check.asked(asker)

    @router.post("/codice", checks=checks)
    async def code(request: Request) -> Response:
        fields = await form_fields(request)
        return await run_in_threadpool(type_code, session_check.asker(request), fields.get("code", ""))

    def type_code(asker: str, typed: str) -> Response:
        digits = "".join(one for one in plain_number(typed) if one in _DIGITS)
        left = sign_in.tries_left(asker, clock())
        if left and len(digits) != CODE_DIGITS:
            # What cannot be a code is no try.
            words = _("Il codice è di otto cifre: scrivilo com’è nella mail.")
        elif session := sign_in.enter_by_code(asker, digits, clock()):
            return session_check.welcome(session)
        elif left > 1:
            words = ngettext(
                "Il codice non è questo. Puoi provare ancora %(number)s volta.",
                "Il codice non è questo. Puoi provare ancora %(number)s volte.",
                left - 1,
            )
            left -= 1
        else:
            return outside(410, spent=True)
        return outside(422, sent=True, tries=left, errors=[FieldError(field="code", message=words)])

    @router.get("/entra/{token}/")
    def door(token: str) -> Response:
        # Those who look into mails before they are read open every link: looking uses nothing up.
        if not sign_in.opens(token, clock()):
            return outside(410, spent=True)
        return page_of(render("agenda/door.html", token=token))

    @router.post("/entra/{token}/", checks=checks)
    def enter(token: str) -> Response:
        session = sign_in.enter(token, clock())
        return session_check.welcome(session) if session else outside(410, spent=True)

    # An address copied without its last stroke, or asked for again after a post.
    @router.get("/entra")
    @router.get("/codice")
    @router.get("")
    def whole_address() -> Response:
        return RedirectResponse(HOME, 303, PRIVATE)

    @router.get("/entra/{token}")
    def whole_link(token: str) -> Response:
        return RedirectResponse(f"{HOME}entra/{token}/", 307, PRIVATE)

    return router


async def signed_out(_request: Request, _error: Exception) -> Response:
    """Lead whoever has no session to where one begins."""
    return see(HOME)
