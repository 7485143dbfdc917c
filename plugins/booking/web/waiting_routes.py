"""Routes of the waiting list, under /appuntamenti/attesa: pages, and the one of the JSON API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from plugins.booking.service.waiting_list import NoWaitingList, WaitingList
from plugins.booking.storage.idempotency import Answer, Attempt, attempt
from plugins.booking.web import api_schemas
from plugins.booking.web.answer_addresses import without_answer
from plugins.booking.web.booking_steps import BookingSteps, Fields
from plugins.booking.web.middleware.origin_check import OriginCheck
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import fields_of, form_fields, json_fields
from plugins.booking.web.waiting_pages import HERE, WaitingPages
from plugins.domain.language import _
from plugins.domain.requests import InvalidRequest, UnknownMeeting

RequestCheck = Callable[[Request], Awaitable[None]]


def waiting_routes(
    pages: WaitingPages, steps: BookingSteps, origin: OriginCheck, wait: Callable[[Request], int]
) -> PageRouter:
    """Return the routes of the pages; `wait` counts a post and says how many seconds it came too early."""
    router = PageRouter(HERE)
    posting = [origin]

    def step(take: Callable[[Fields], Response], fields: Fields) -> Response:
        try:
            return take(fields)
        except UnknownMeeting:
            return steps.gone(fields)

    @router.get("")
    def form(request: Request) -> Response:
        fields = without_answer(fields_of(request.url.query))
        return step(pages.form, fields) if fields else steps.begin()

    @router.post("", checks=posting)
    async def ask(request: Request) -> Response:
        fields, seconds = await form_fields(request), wait(request)
        return await run_in_threadpool(step, lambda typed: pages.ask(typed, seconds), fields)

    # From a step at which something was typed already, which goes along.
    @router.post("/modulo", checks=posting)
    async def form_again(request: Request) -> Response:
        return await run_in_threadpool(step, pages.form, await form_fields(request))

    @router.get("/modulo")
    @router.get("/")
    def begin() -> Response:
        return steps.begin()

    @router.get("/inviata")
    def sent() -> Response:
        return pages.said("booking/wait_sent.html")

    @router.get("/uscita")
    def left() -> Response:
        return pages.said("booking/wait_left.html")

    # An address copied without its last stroke.
    @router.get("/{token}")
    def whole_address(request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 307, SECRET)

    @router.get("/{token}/")
    def place(token: str) -> Response:
        return pages.place(token)

    # The address of an answer to a post, when a visitor asks for it again.
    @router.get("/{token}/conferma")
    @router.get("/{token}/prendi")
    @router.get("/{token}/lascia")
    @router.get("/{token}/esci")
    def place_again(token: str) -> Response:
        return RedirectResponse(f"{HERE}/{token}/", 303, SECRET)

    @router.post("/{token}/conferma", checks=posting)
    async def confirm(token: str) -> Response:
        return await run_in_threadpool(pages.confirm, token)

    @router.post("/{token}/esci", checks=posting)
    async def leave(token: str) -> Response:
        return await run_in_threadpool(pages.leave, token)

    @router.post("/{token}/lascia", checks=posting)
    async def decline(token: str, request: Request) -> Response:
        return await run_in_threadpool(pages.decline, token, await form_fields(request))

    @router.post("/{token}/prendi", checks=posting)
    async def take(token: str, request: Request) -> Response:
        fields, seconds = await form_fields(request), wait(request)
        return await run_in_threadpool(pages.take, token, fields, seconds)

    return router


def waiting_api(waiting_list: WaitingList, request_checks: Sequence[RequestCheck]) -> APIRouter:
    """Return the route under /api/."""
    router = APIRouter(prefix="/api")

    @router.post(
        "/waiting",
        summary="Ask to be told when a time comes free",
        status_code=201,
        dependencies=[Depends(check) for check in request_checks],
        responses=api_schemas.answers(api_schemas.WaitingOut, *api_schemas.POST_PROBLEMS, 404, success=201),
        openapi_extra=api_schemas.body(api_schemas.WaitingIn),
    )
    async def ask(request: Request) -> JSONResponse:
        fields = await json_fields(request)
        made = attempt("waiting", request.headers.get("idempotency-key"), fields)
        try:
            answer = await run_in_threadpool(kept, fields, made)
        except NoWaitingList:
            raise Problem(404, _("Per questo appuntamento non c’è una lista d’attesa.")) from None
        return JSONResponse(answer, 201, {"Cache-Control": "no-store"})

    def kept(fields: dict[str, object], made: Attempt | None) -> Answer:
        try:
            return waiting_list.ask(waiting_list.read(fields), made)
        except (InvalidRequest, UnknownMeeting, NoWaitingList):
            # What was asked once stays so answered, though the day or the content is another by now.
            if made and (earlier := waiting_list.earlier(made)) is not None:
                return earlier
            raise

    return router
