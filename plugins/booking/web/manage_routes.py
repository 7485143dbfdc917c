"""Routes of the manage pages, under /appuntamenti/TOKEN/."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.booking_service import BookingService
from plugins.booking.web.manage_pages import ManagePages, Render
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import fields_of, form_fields

RequestCheck = Callable[[Request], Awaitable[None]]


def manage_routes(
    booking_service: BookingService, changes: BookingChanges, render: Render, request_checks: Sequence[RequestCheck]
) -> PageRouter:
    """Return the routes under /appuntamenti/TOKEN/."""
    router = PageRouter("/appuntamenti/{token}")
    manage = ManagePages(booking_service, changes, render)

    @router.get("/")
    def appointment(token: str) -> Response:
        return manage.appointment(token)

    @router.get("/invito.ics")
    def calendar(token: str) -> Response:
        return manage.calendar(token)

    @router.get("/sposta")
    def times(token: str, request: Request) -> Response:
        return manage.times(token, fields_of(request.url.query))

    @router.post("/sposta", checks=request_checks)
    async def move(token: str, request: Request) -> Response:
        return await run_in_threadpool(manage.move, token, await form_fields(request))

    @router.get("/annulla")
    def ask(token: str) -> Response:
        return manage.ask(token, {})

    @router.post("/annulla", checks=request_checks)
    async def cancel(token: str, request: Request) -> Response:
        return await run_in_threadpool(manage.cancel, token, await form_fields(request))

    @router.post("/lingua", checks=request_checks)
    async def speak(token: str, request: Request) -> Response:
        return await run_in_threadpool(manage.speak, token, await form_fields(request))

    # The address of an answer to a post, when a visitor asks for it again.
    @router.get("/lingua")
    def appointment_again(token: str) -> Response:
        return manage.appointment_again(token)

    return router
