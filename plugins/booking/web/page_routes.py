"""Routes of the visitors' pages, under /appuntamenti/ and /messaggi/.

All of them usable without JavaScript.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from plugins.booking.service.booking_service import BookingService
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import KeyReused, attempt_of_form
from plugins.booking.web.answer_addresses import without_answer
from plugins.booking.web.booking_steps import BookingSteps, Fields
from plugins.booking.web.form_token import TOKEN, FormTokens
from plugins.booking.web.middleware.origin_check import OriginCheck
from plugins.booking.web.middleware.rate_limit import wait_in_words
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import fields_of, form_fields, nested
from plugins.content.office import Office
from plugins.domain.language import _
from plugins.domain.requests import FieldError, InvalidRequest, UnknownMeeting

Render = Callable[..., str]
_FRESH = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def page_routes(
    booking_service: BookingService,
    walk: BookingSteps,
    office: Callable[[], Office],
    render: Render,
    form_tokens: FormTokens,
    origin: OriginCheck,
    wait: Callable[[Request], int],
) -> PageRouter:
    """Return the routes of the pages; `wait` counts a post and says how many seconds it came too early."""
    router = PageRouter()
    posting = [origin]

    def step(take: Callable[[Fields], Response], fields: Fields) -> Response:
        try:
            return take(fields)
        except UnknownMeeting:
            return walk.gone(fields)

    @router.get("/appuntamenti/orari")
    def times(request: Request) -> Response:
        return step(walk.times, _asked(request))

    @router.post("/appuntamenti/orari", checks=posting)
    async def times_again(request: Request) -> Response:
        fields = await form_fields(request)
        return await run_in_threadpool(step, lambda typed: walk.times(typed, posted=True), fields)

    @router.get("/appuntamenti/date")
    def dates(request: Request) -> Response:
        fields = _asked(request)
        return step(walk.dates, fields) if fields else walk.begin()

    @router.post("/appuntamenti/date", checks=posting)
    async def dates_again(request: Request) -> Response:
        fields = await form_fields(request)
        return await run_in_threadpool(step, lambda typed: walk.dates(typed, posted=True), fields)

    @router.get("/appuntamenti/fuso")
    def zone(request: Request) -> Response:
        fields = _asked(request)
        return step(walk.zone, fields) if fields else walk.begin()

    @router.get("/appuntamenti/dettagli")
    def details(request: Request) -> Response:
        fields = _asked(request)
        return step(walk.details, fields) if fields else walk.begin()

    @router.post("/appuntamenti/dettagli", checks=posting)
    async def details_again(request: Request) -> Response:
        return await run_in_threadpool(step, walk.details, await form_fields(request))

    @router.post("/appuntamenti/controlla", checks=posting)
    async def check(request: Request) -> Response:
        return await run_in_threadpool(step, walk.check, await form_fields(request))

    @router.post("/appuntamenti/", checks=posting)
    async def book(request: Request) -> Response:
        fields = await form_fields(request)
        key, seconds = _key(request, fields), wait(request)
        return await run_in_threadpool(step, lambda typed: walk.book(typed, key, seconds), fields)

    # The address of an answer to a post, when a visitor asks for it again.
    @router.get("/appuntamenti/")
    @router.get("/appuntamenti/controlla")
    def walk_again() -> Response:
        return walk.begin()

    @router.get("/messaggi/")
    def write_again() -> Response:
        return RedirectResponse(f"/{office().address_of('contatti')}", 303)

    # For a site without a page of its own to say so.
    @router.get("/messaggi/inviato")
    def sent() -> Response:
        return HTMLResponse(render("messages/sent.html"), headers=_FRESH)

    # Static pages cannot carry a token: their script asks for one when a form is begun.
    @router.get("/messaggi/modulo")
    def token(request: Request) -> Response:
        return PlainTextResponse(form_tokens.token(), headers=_FRESH | origin.readable(request))

    # An address copied without its last stroke.
    @router.get("/messaggi")
    @router.get("/appuntamenti")
    @router.get("/appuntamenti/{token}")
    def whole_address(request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 307, SECRET)

    @router.post("/messaggi/", checks=posting)
    async def leave_message(request: Request) -> Response:
        fields = await form_fields(request)
        thanks = f"/{office().address_of('grazie')}" if office().has("grazie") else "/messaggi/inviato"
        return await run_in_threadpool(
            _leave_message, booking_service, render, form_tokens, fields, _key(request, fields), wait(request), thanks
        )

    return router


def _leave_message(
    booking_service: BookingService,
    render: Render,
    form_tokens: FormTokens,
    fields: Fields,
    key: str | None,
    seconds: int,
    thanks: str,
) -> Response:
    def form(status: int, errors: Sequence[FieldError] = (), key: str | None = None) -> Response:
        page = render(
            "messages/form.html",
            values=fields,
            errors=list(errors),
            idempotency_key=key or secrets.token_urlsafe(16),
            form_token=fields.get(TOKEN) or form_tokens.token(),
            unavailable=status == 503,
            wait=wait_in_words(seconds) if seconds else None,
        )
        return answer_of(page, status, seconds)

    if seconds:
        return form(429, key=key)

    body = nested(fields)
    try:
        booking_service.leave_message(body, attempt_of_form("messaggi", key, body), form_tokens.signals(fields))
    except InvalidRequest as invalid:
        return form(422, invalid.errors)
    except KeyReused:
        words = _("Da questa pagina è già partito un altro messaggio. Per inviare anche questo, premi di nuovo.")
        return form(422, [FieldError(field="message", message=words)])
    except Unavailable:
        # The same key, for the commit may have gone through: sending the page again tells.
        return form(503, key=key)
    return RedirectResponse(thanks, 303, {"Cache-Control": "no-store"})


def _asked(request: Request) -> Fields:
    return without_answer(fields_of(request.url.query))


def _key(request: Request, fields: Fields) -> str | None:
    return fields.get("idempotency_key") or request.headers.get("idempotency-key")
