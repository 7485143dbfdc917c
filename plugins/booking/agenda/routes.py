"""Routes of the agenda, under /agenda/: pages are GETs that change nothing, actions are POSTs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from plugins.booking.agenda.booking_page import ACTIONS, BookingPage
from plugins.booking.agenda.calendars_page import CALENDARS, CalendarsPage
from plugins.booking.agenda.day_page import DayPage
from plugins.booking.agenda.explain_page import ExplainPage
from plugins.booking.agenda.group_move_page import GroupMovePage
from plugins.booking.agenda.group_page import GroupPage
from plugins.booking.agenda.list_items import group_address
from plugins.booking.agenda.list_pages import BLOCKS, ListPages
from plugins.booking.agenda.month_page import MonthPage
from plugins.booking.agenda.owner_booking import OwnerBookingPage
from plugins.booking.agenda.session_check import HOME, SessionCheck, see
from plugins.booking.agenda.testimonials_page import TESTIMONIALS, TestimonialsPage
from plugins.booking.agenda.waiting_page import WAITING, WaitingPage
from plugins.booking.storage.ids import is_id
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import fields_of, form_fields

Take = Callable[[str, dict[str, str], dict[str, str]], Response]
Check = Callable[[Request], Awaitable[None]]


def agenda_routes(
    lists: ListPages,
    booking_page: BookingPage,
    by_hand: OwnerBookingPage,
    explain_page: ExplainPage,
    calendars_page: CalendarsPage,
    day_page: DayPage,
    month_page: MonthPage,
    group_page: GroupPage,
    group_move_page: GroupMovePage,
    waiting_page: WaitingPage,
    testimonials_page: TestimonialsPage,
    session_check: SessionCheck,
    origin: Check,
) -> PageRouter:
    """Return the routes of those who are signed in."""
    router = PageRouter("/agenda")

    def page(path: str, take: Take) -> None:
        @router.get(path)
        def answer(request: Request) -> Response:
            return take(session_check.session(request), _named(request), fields_of(request.url.query))

    def post(path: str, take: Take) -> None:
        @router.post(path, checks=[origin])
        async def answer(request: Request) -> Response:
            fields = await form_fields(request)

            def taken() -> Response:
                session = session_check.session(request)
                session_check.check(session, fields)
                return take(session, _named(request), fields)

            return await run_in_threadpool(taken)

    page("/giorno/", lambda session, _, query: day_page.show(session, query.get("giorno", "")))
    page("/mese/", lambda session, _, query: month_page.show(session, query.get("mese", "")))
    page("/passati/", lambda session, _, query: lists.past(session, query.get("prima", "")))
    page("/messaggi/", lambda session, _, query: lists.messages(session, query.get("prima", "")))
    post("/rispedisci", lambda _session, _path, _fields: lists.send_again())
    post("/lascia", lambda _session, _path, _fields: lists.let_go())
    post("/visto", lambda _session, _path, fields: lists.seen(fields))
    for done in ("/rispedisci", "/lascia", "/visto"):
        page(done, lambda _session, _path, _query: see(HOME))
    page("/bloccato/", lambda session, _, query: lists.blocks(session, query.get("fatto", "")))
    post("/bloccato/", lambda session, _, fields: lists.block(session, fields))
    post("/bloccato/{block}/sblocca", lambda session, path, _: lists.unblock(path["block"]))
    page("/attesa/", lambda session, _, query: waiting_page.show(session, query.get("fatto", "")))
    post("/attesa/{waiting}/togli", lambda _session, path, _: waiting_page.remove(path["waiting"]))
    page("/attesa/{waiting}/togli", lambda _session, _path, _query: see(WAITING))
    page("/parole/", lambda session, _, query: testimonials_page.show(session, query.get("fatto", "")))
    words = "/parole/{booking}/"
    post(f"{words}approva", lambda session, path, fields: testimonials_page.approve(session, path["booking"], fields))
    post(f"{words}scarta", lambda session, path, fields: testimonials_page.close(session, path["booking"], fields))
    page(f"{words}file", lambda _session, path, _: testimonials_page.file(path["booking"]))
    for done in ("approva", "scarta"):
        page(f"{words}{done}", lambda _session, _path, _query: see(TESTIMONIALS))
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
    group = "/gruppi/{group}/"
    page(group, lambda session, path, query: group_page.show(session, path["group"], query.get("fatto", "")))
    post(f"{group}scrivi", lambda session, path, fields: group_page.write(session, path["group"], fields))
    post(f"{group}annulla", lambda session, path, fields: group_page.cancel(session, path["group"], fields))
    page(f"{group}sposta", lambda session, path, query: group_move_page.show(session, path["group"], query))
    post(f"{group}sposta", lambda session, path, fields: group_move_page.move(session, path["group"], fields))
    for done in ("scrivi", "annulla"):
        page(f"{group}{done}", lambda _session, path, _query: see(group_address(path["group"])))
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
