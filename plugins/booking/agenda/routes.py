"""Routes of the agenda, under /agenda/: pages are GETs that change nothing, actions are POSTs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from plugins.booking.agenda.booking_page import ACTIONS, BookingPage
from plugins.booking.agenda.calendars_page import CALENDARS, CalendarsPage
from plugins.booking.agenda.explain_page import ExplainPage
from plugins.booking.agenda.list_pages import BLOCKS, ListPages
from plugins.booking.agenda.owner_booking import OwnerBookingPage
from plugins.booking.agenda.session_check import HOME, PRIVATE, SessionCheck, SignedOut, page_of, see
from plugins.booking.agenda.sign_in import LINK_LASTS, SignIn
from plugins.booking.storage.ids import is_id
from plugins.booking.storage.outbox import Envelope
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.request_bodies import fields_of, form_fields

Take = Callable[[str, dict[str, str], dict[str, str]], Response]
Check = Callable[[Request], Awaitable[None]]
_MINUTES = int(LINK_LASTS.total_seconds()) // 60


def agenda_routes(
    lists: ListPages,
    booking_page: BookingPage,
    by_hand: OwnerBookingPage,
    explain_page: ExplainPage,
    calendars_page: CalendarsPage,
    session_check: SessionCheck,
    origin: Check,
) -> APIRouter:
    """Return the routes of those who are signed in."""
    router = APIRouter(prefix="/agenda", include_in_schema=False, default_response_class=HTMLResponse)

    def page(path: str, take: Take) -> None:
        def answer(request: Request) -> Response:
            return take(session_check.session(request), _named(request), fields_of(request.url.query))

        router.add_api_route(path, answer, methods=["GET"])

    def post(path: str, take: Take) -> None:
        async def answer(request: Request) -> Response:
            fields = await form_fields(request)

            def taken() -> Response:
                session = session_check.session(request)
                session_check.check(session, fields)
                return take(session, _named(request), fields)

            return await run_in_threadpool(taken)

        router.add_api_route(path, answer, methods=["POST"], dependencies=[Depends(origin)])

    page("/passati/", lambda session, _, query: lists.past(session, query.get("prima", "")))
    page("/messaggi/", lambda session, _, query: lists.messages(session, query.get("prima", "")))
    post("/rispedisci", lambda _session, _path, _fields: lists.send_again())
    post("/lascia", lambda _session, _path, _fields: lists.let_go())
    for done in ("/rispedisci", "/lascia"):
        page(done, lambda _session, _path, _query: see(HOME))
    page("/bloccato/", lambda session, _, query: lists.blocks(session, query.get("fatto", "")))
    post("/bloccato/", lambda session, _, fields: lists.block(session, fields))
    post("/bloccato/{block}/sblocca", lambda session, path, _: lists.unblock(path["block"]))
    page("/nuovo/", lambda session, _, query: by_hand.form(session, query))
    post("/nuovo/", lambda session, _, fields: by_hand.book(session, fields))
    page("/calendari/", lambda session, _, query: calendars_page.show(session, query.get("fatto", "")))
    post("/calendari/riprova", lambda _session, _path, _fields: calendars_page.retry())
    page("/calendari/riprova", lambda _session, _path, _query: see(CALENDARS))
    page("/spiega", lambda session, _, query: explain_page.show(session, query))
    one = "/appuntamenti/{booking}/"
    page(one, lambda session, path, query: booking_page.show(session, path["booking"], query.get("fatto", "")))
    page(f"{one}sposta", lambda session, path, query: booking_page.times(session, path["booking"], query))
    post(f"{one}sposta", lambda session, path, fields: booking_page.move(session, path["booking"], fields))
    post(f"{one}segui", lambda session, path, _: calendars_page.follow(session, path["booking"]))
    post(f"{one}riscrivi", lambda _session, path, _: calendars_page.write_again(path["booking"]))
    for action in ACTIONS:
        post(f"{one}{action}", _acting(booking_page, action))
        # The address of an answer to a post, when it is asked for again.
        page(f"{one}{action}", lambda session, path, _: see(f"{HOME}appuntamenti/{path['booking']}/"))
    page(f"{one}segui", lambda session, path, _: see(CALENDARS))
    page("/bloccato/{block}/sblocca", lambda session, path, _: see(BLOCKS))
    post("/esci", lambda session, _path, _fields: session_check.farewell(session))
    return router


def _named(request: Request) -> dict[str, str]:
    """Return what an address names; raises Problem 404 for what cannot be the id of anything."""
    named = {name: str(value) for name, value in request.path_params.items()}
    if not all(is_id(value) for value in named.values()):
        raise Problem(404)
    return named


def _acting(booking_page: BookingPage, action: str) -> Take:
    return lambda session, path, fields: booking_page.act(session, path["booking"], action, fields)


def sign_in_routes(
    sign_in: SignIn,
    session_check: SessionCheck,
    lists: ListPages,
    calendars_page: CalendarsPage,
    write: Callable[[str], Envelope],
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Callable[..., str],
    checks: list[Check],
) -> APIRouter:
    """Return the routes that lead into the agenda; `write` makes the mail with a link of a token."""
    router = APIRouter(prefix="/agenda", include_in_schema=False, default_response_class=HTMLResponse)
    posting = [Depends(check) for check in checks]

    def outside(status: int = 200, **context: object) -> Response:
        return page_of(render("agenda/outside.html", minutes=_MINUTES, **context), status)

    @router.get("/")
    def home(request: Request) -> Response:
        try:
            session = session_check.session(request)
        except SignedOut:
            return outside(sent="mandato" in request.query_params)
        return lists.home(
            session,
            request.query_params.get("fatto", ""),
            calendars_page.differing(),
            calendars_page.silent(),
            calendars_page.incomplete(),
            calendars_page.unwritten(),
        )

    @router.post("/entra", dependencies=posting)
    def ask() -> Response:
        if not sign_in.ask(write, clock()):
            return outside(429, many=True)
        wake()
        return see(f"{HOME}?mandato")

    @router.get("/entra/{token}/")
    def door(token: str) -> Response:
        # Those who look into mails before they are read open every link: looking uses nothing up.
        if not sign_in.opens(token, clock()):
            return outside(410, spent=True)
        return page_of(render("agenda/door.html", token=token))

    @router.post("/entra/{token}/", dependencies=posting)
    def enter(token: str) -> Response:
        session = sign_in.enter(token, clock())
        return session_check.welcome(session) if session else outside(410, spent=True)

    # An address copied without its last stroke, or asked for again after a post.
    @router.get("/entra")
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
