"""JSON API: its routes under /api/, to the letter of the contract."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.booking_service import BookingService
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.idempotency import Answer, Attempt, attempt
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web import api_schemas
from plugins.booking.web.api_series import asked_scope, series_refused, series_taken
from plugins.booking.web.api_slots import asked_days, asked_limit, places_out, slot_out
from plugins.booking.web.language_schemas import LANGUAGE
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.question_schemas import questions_out
from plugins.booking.web.request_bodies import json_fields
from plugins.content.office import Office
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.language import N_, _
from plugins.domain.open_hours import places_of
from plugins.domain.requests import InvalidRequest, UnknownMeeting, read_flag, read_word
from plugins.domain.waiting_list import has_waiting_list

_NO_BOOKING = N_("Questo appuntamento non esiste.")
_PRIVATE = {"Cache-Control": "no-store"}
# Free times are no secret: the pages of a site that is hosted elsewhere ask for them too.
_OPEN = _PRIVATE | {"Access-Control-Allow-Origin": "*"}

RequestCheck = Callable[[Request], Awaitable[None]]


def api_routes(
    booking_service: BookingService,
    changes: BookingChanges,
    office: Callable[[], Office],
    request_checks: Sequence[RequestCheck],
) -> APIRouter:
    """Return the routes under /api/."""
    router = APIRouter(prefix="/api")
    posting = [Depends(check) for check in request_checks]

    @router.get(
        "/meetings",
        summary="The kinds of meeting",
        responses=api_schemas.answers(list[api_schemas.MeetingOut], 503),
        openapi_extra=LANGUAGE,
    )
    def meetings() -> JSONResponse:
        return JSONResponse(
            [
                {
                    "slug": meeting.slug,
                    "title": meeting.title,
                    "minutes": meeting.minutes,
                    "where": meeting.where,
                    "confirmation": meeting.confirmation,
                }
                | ({"price": meeting.price} if meeting.price else {})
                | ({"repeat": meeting.repeat.model_dump()} if meeting.repeat else {})
                | ({"waiting": True} if has_waiting_list(office().availability) else {})
                | ({"seats": meeting.seats} if meeting.seats else {})
                | ({"questions": questions} if (questions := questions_out(meeting)) else {})
                | places_out(places_of(meeting, office().availability), office().identity)
                for meeting in office().availability.listed()
            ]
        )

    @router.get(
        "/slots",
        summary="The free slots of some days",
        responses=api_schemas.answers(api_schemas.SlotsOut, 404, 422, 503),
        openapi_extra=LANGUAGE,
    )
    def slots(
        meeting: Annotated[str | None, Query(description="The slug of a meeting.")] = None,
        first: Annotated[str | None, Query(alias="from", description="First day, YYYY-MM-DD; today.")] = None,
        last: Annotated[str | None, Query(alias="to", description="Last day, at most 62 in all.")] = None,
        limit: Annotated[str | None, Query(description="How many slots at most, the first ones; all.")] = None,
    ) -> JSONResponse:
        days = asked_days(booking_service, meeting, first, last)
        most = asked_limit(limit)
        wanted = booking_service.meeting(meeting or "")
        zone = office().availability.timezone
        free = booking_service.slots(wanted, *days)
        return JSONResponse(
            {
                "meeting": wanted.slug,
                "timezone": str(zone),
                "slots": [slot_out(slot, zone) for slot in free[:most]],
                **places_out((one.place for one in free[:most]), office().identity),
            },
            headers=_OPEN,
        )

    @router.post(
        "/bookings",
        summary="Book a slot",
        status_code=201,
        dependencies=posting,
        responses=api_schemas.answers(api_schemas.SeriesBookingOut, *api_schemas.POST_PROBLEMS, 404, 409, success=201),
        openapi_extra=api_schemas.body(api_schemas.BookingIn),
    )
    async def book(request: Request) -> JSONResponse:
        fields = await json_fields(request)
        made = attempt("bookings", request.headers.get("idempotency-key"), fields)
        return JSONResponse(await run_in_threadpool(_book, fields, made), 201, _PRIVATE)

    def _book(fields: dict[str, object], made: Attempt | None) -> Answer:
        try:
            request = booking_service.read_booking(fields)
        except (InvalidRequest, UnknownMeeting):
            # What was booked once stays so answered, though the content asks for something else by now.
            if made and (earlier := booking_service.earlier(made)) is not None:
                return earlier
            raise
        try:
            return booking_service.book(request, made)
        except SeriesTaken as taken:
            offer = booking_service.series.offer_instead(booking_service.meeting(request.meeting), taken)
            raise series_taken(offer, office) from None
        except SlotTaken as taken:
            raise _taken(taken, office) from None

    @router.post(
        "/messages",
        summary="Leave a message",
        status_code=201,
        dependencies=posting,
        responses=api_schemas.answers(api_schemas.MessageOut, *api_schemas.POST_PROBLEMS, success=201),
        openapi_extra=api_schemas.body(api_schemas.MessageIn),
    )
    async def leave_message(request: Request) -> JSONResponse:
        fields = await json_fields(request)
        made = attempt("messages", request.headers.get("idempotency-key"), fields)
        return JSONResponse(await run_in_threadpool(_leave_message, fields, made), 201, _PRIVATE)

    def _leave_message(fields: dict[str, object], made: Attempt | None) -> Answer:
        try:
            return booking_service.leave_message(fields, made)
        except InvalidRequest:
            if made and (earlier := booking_service.earlier(made)) is not None:
                return earlier
            raise

    @router.get(
        "/bookings/{token}",
        summary="A booking as it now is",
        responses=api_schemas.answers(api_schemas.SeriesBookingOut, 404, 503),
    )
    def booking(token: str) -> JSONResponse:
        found = booking_service.appointment(token)
        if found is None:
            raise Problem(404, _(_NO_BOOKING))
        mail = api_schemas.MAIL_STATES.get(found.changed.mail or "") if found.changed else None
        told = booking_service.answer(found.booking) | ({"mail": mail} if mail else {})
        series = {"series": [booking_service.answer(one) for one in found.series]} if found.series else {}
        return JSONResponse(told | series, headers=SECRET)

    @router.post(
        "/bookings/{token}/reschedule",
        summary="Move a booking to another slot",
        dependencies=posting,
        responses=api_schemas.answers(api_schemas.BookingOut, *api_schemas.POST_PROBLEMS, 404, 409),
        openapi_extra=api_schemas.body(api_schemas.RescheduleIn),
    )
    async def reschedule(token: str, request: Request) -> JSONResponse:
        fields = await json_fields(request)
        made = attempt(f"reschedule {token}", request.headers.get("idempotency-key"), fields)
        return await run_in_threadpool(_reschedule, token, fields, made)

    def _reschedule(token: str, fields: dict[str, object], made: Attempt | None) -> JSONResponse:
        start = booking_service.read_start(fields.get("start"))
        try:
            scope = asked_scope(fields)
            new_room = read_flag("new_room", fields)
            answer = changes.reschedule(
                _id(booking_service, token), start, Actor.VISITOR, made=made, scope=scope, new_room=new_room
            )
        except SeriesTaken as taken:
            raise series_refused(taken, office) from None
        except SlotTaken as taken:
            raise _taken(taken, office) from None
        return _changed(answer)

    @router.post(
        "/bookings/{token}/cancel",
        summary="Call a booking off",
        dependencies=posting,
        responses=api_schemas.answers(api_schemas.BookingOut, *api_schemas.POST_PROBLEMS, 404, 409),
        openapi_extra=api_schemas.body(api_schemas.CancelIn),
    )
    async def cancel(token: str, request: Request) -> JSONResponse:
        fields = await json_fields(request)
        made = attempt(f"cancel {token}", request.headers.get("idempotency-key"), fields)
        return await run_in_threadpool(_cancel, token, fields, made)

    def _cancel(token: str, fields: dict[str, object], made: Attempt | None) -> JSONResponse:
        reason = read_word("reason", fields.get("reason"))
        return _changed(changes.cancel(_id(booking_service, token), Actor.VISITOR, reason, made, asked_scope(fields)))

    return router


def _id(booking_service: BookingService, token: str) -> str:
    found = booking_service.booking_id(token)
    if found is None:
        raise Problem(404, _(_NO_BOOKING))
    return found


def _changed(answer: Answer | None) -> JSONResponse:
    if answer is None:
        raise Problem(404, _(_NO_BOOKING))
    return JSONResponse(answer, headers=SECRET)


def _taken(taken: SlotTaken, office: Callable[[], Office]) -> Problem:
    words = " ".join(refusal.detail for refusal in taken.refusals) or None
    zone = office().availability.timezone
    return Problem(409, words, nearest=[slot_out(slot, zone) for slot in taken.nearest])
