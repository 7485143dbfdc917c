"""Waiting page of the agenda: who waits for time to come free, in their order, and what is held for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.list_pages import said
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.words import day_and_hour
from plugins.booking.mail.texts.waiting_mails import days
from plugins.booking.storage.waiting import WaitingStore
from plugins.content.office import Office
from plugins.content.templates.formats import time_and_day

WAITING = f"{HOME}attesa/"


@dataclass(frozen=True)
class WaitingLine:
    """Somebody who waits, as a line of the list; `held` is the time that is hers now, and until when."""

    id: str
    name: str
    email: str
    meeting: str
    days: str
    since: str
    held: str | None
    until: str | None
    language: str | None  # where it is not the site's own


class WaitingPage:
    """Waiting page; the methods block, and raise Unavailable."""

    def __init__(
        self,
        store: WaitingStore,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._office = office
        self._clock = clock
        self._render = render
        self._wake = wake

    def show(self, session: str, done: str) -> Response:
        """Show who waits."""
        availability = self._office().availability
        zone_at = availability.where.zone_at
        lines = []
        for one in self._store.everybody(self._clock()):
            waiting, meeting = one.waiting, availability.meeting(one.waiting.meeting)
            since = waiting.confirmed_at or waiting.created_at
            lines.append(
                WaitingLine(
                    waiting.id,
                    waiting.name,
                    waiting.email,
                    meeting.title if meeting else waiting.meeting,
                    days(waiting),
                    day_and_hour(since, zone_at(since)),
                    day_and_hour(one.held.start, zone_at(one.held.start)) if one.held else None,
                    time_and_day(one.held_until, zone_at(one.held_until)) if one.held_until else None,
                    waiting.language,
                )
            )
        page = self._render(
            "agenda/waiting.html",
            form_key=form_key(session),
            lines=lines,
            done=said(done),
            is_open=availability.waiting_hold is not None,
        )
        return page_of(page)

    def remove(self, waiting_id: str) -> Response:
        """Forget somebody; what was held for her goes to the next."""
        self._store.leave(waiting_id)
        self._wake()
        return see(f"{WAITING}?fatto=togli")
