"""Calendar feed: a private iCalendar address to subscribe to, with the owner's bookings and blocks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from plugins.booking.mail.ics import calendar, event, event_of
from plugins.booking.mail.texts.booking_mails import own_entry
from plugins.booking.mail.texts.group_entry import group_entry
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import reachable
from plugins.booking.storage.group_queries import GroupQueries
from plugins.booking.storage.schema import blocks, bookings
from plugins.booking.web.middleware.security_headers import EVERYWHERE, SECRET
from plugins.booking.web.page_router import PageRouter
from plugins.content.office import Office
from plugins.domain.bookings import Block, Booking, Status
from plugins.domain.language import _

_RECENT = timedelta(days=30)
_MOST = 2_000
_FREE_AGAIN = [status.value for status in Status if not status.holds_time]
# What it says is nobody else's: no cache between may keep it, no search engine may list it.
_PRIVATE = EVERYWHERE | SECRET


class Feed:
    """Calendar feed (iCalendar); `address` is where it is, from the root of the endpoint, and a secret."""

    def __init__(
        self,
        engine: Engine,
        tokens: Tokens,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._groups = GroupQueries(engine)
        self._tokens = tokens
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock

    @property
    def address(self) -> str:
        """The path to subscribe to; another secret key makes another one."""
        return f"/agenda/{self._tokens.feed()}.ics"

    def opens(self, token: str) -> bool:
        """Say whether a token is the feed's."""
        return self._tokens.is_feed(token)

    def ics(self) -> bytes:
        """Return the bookings and blocks of the last thirty days and of all days to come (RFC 5545)."""
        since = self._clock() - _RECENT
        kept = bookings.c.status.not_in(_FREE_AGAIN)
        recent = (bookings.c.busy_from >= since, bookings.c.end >= since)
        with reachable(), self._engine.begin() as connection:
            booked = connection.execute(
                select(bookings).where(*recent, kept).order_by(bookings.c.busy_from).limit(_MOST)
            )
            found = [booking_of(row) for row in booked]
            held = connection.execute(select(blocks).where(blocks.c.end >= since).order_by(blocks.c.end).limit(_MOST))
            own = [Block.model_validate(dict(row._mapping)) for row in held]
        write = self._mail_composer
        groups, people = self._groups.groups_of(found), defaultdict[str, list[Booking]](list)
        for booking in found:
            people[groups.get(booking.id, booking.id)].append(booking)
        events = [event_of(self._entry(sorted(of, key=lambda one: one.id), name)) for name, of in people.items()]
        events += [_block_event(block, write.installation) for block in own]
        return calendar(events, "PUBLISH", self._office().identity.brand)

    def _entry(self, people: list[Booking], name: str) -> Invitation:
        """One event of a booking, or of all of the group that has this name."""
        first = people[0]
        occasion = self._mail_composer.occasion(first)
        return own_entry(first, occasion) if name == first.id else group_entry(people, occasion)


def _block_event(block: Block, installation: str) -> bytes:
    summary = block.reason or _("Tempo mio")
    return event(f"{block.id}@{installation}", block.created_at, block.start, block.end, summary)


def feed_routes(feed: Feed) -> PageRouter:
    """Return the route of the feed, which answers 304 to who has it already (RFC 9110, 13.1.2)."""
    router = PageRouter()

    @router.get("/agenda/{token}.ics")
    def subscribe(token: str, request: Request) -> Response:
        if not feed.opens(token):
            raise HTTPException(404)
        body = feed.ics()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**_PRIVATE, "ETag": etag}
        asked = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
        if asked & {etag, "*"}:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)

    return router
