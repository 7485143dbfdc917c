"""Calendars page of the agenda: state of other calendars, conflicts, failed writes, and the feed's address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.booking_page import refusals
from plugins.booking.agenda.calendar_feed import Feed
from plugins.booking.agenda.calendar_words import named, told
from plugins.booking.agenda.list_items import Line, Views
from plugins.booking.agenda.list_pages import said
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.words import UNREAD
from plugins.booking.agenda.write_words import why
from plugins.booking.calendars.entries.conflicts import ConflictFinder, Difference
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.write_refusal import Refusal
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Source, Sources, State, own_calendar, sources_of
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.web.rendering import Renderer
from plugins.domain.booking_lifecycle import ChangeRefused
from plugins.domain.language import _
from plugins.domain.requests import FieldError

CALENDARS = f"{HOME}calendari/"


@dataclass(frozen=True)
class ConflictView:
    """Conflict as the page shows it: a booking that stands otherwise in her calendar."""

    line: Line
    there: str


@dataclass(frozen=True)
class CalendarStateView:
    """State of a calendar as the page shows it, by its host, or by the variable that should hold its address."""

    host: str
    blocks: bool
    is_own: bool
    words: str
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnwrittenView:
    """Failed write as the page shows it: a booking that is not in her calendar, or still is."""

    line: Line
    is_booked: bool
    why: str
    next: str


class CalendarsPage:
    """Calendars page of the agenda; the methods block, and raise Unavailable."""

    def __init__(
        self,
        differences: ConflictFinder,
        sources: Sources,
        failed: FailedWrites,
        clock: Callable[[], datetime],
        feed: Feed,
        office: CalendarFallback,
        site_url: str,
        render: Renderer,
    ) -> None:
        self._differences = differences
        self._sources = sources
        self._failed = failed
        self._clock = clock
        self._feed = feed
        self._office = office
        self._site_url = site_url
        self._views = Views(office)
        self._render = render

    def differing(self) -> int:
        """How many bookings stand otherwise in her calendar."""
        return len(self._differences.all())

    def untrusted(self) -> int:
        """How many calendars may keep time that is not known here."""
        return self._office.figures().untrusted

    def silent(self) -> int:
        """How many calendars have been silent for so long that every booking waits for her."""
        return self._office.figures().untrusted - self._office.incomplete()

    def incomplete(self) -> int:
        """How many calendars answer with time that could not be read, so that every booking waits for her."""
        return self._office.incomplete()

    def unwritten(self) -> int:
        """How many bookings her calendar refuses, or has not taken for long."""
        now = self._clock()
        return sum(one.is_late(now) for one in self._failed.all(self._own(), now))

    def show(self, session: str, done: str = "", status: int = 200, errors: Iterable[FieldError] = ()) -> Response:
        """What differs, how each calendar answers, and where the feed is."""
        states, failed = self._sources.states(), self._failed.all(self._own(), self._clock())
        page = self._render(
            "agenda/calendars.html",
            form_key=form_key(session),
            differing=[self._differs(one) for one in self._differences.all()],
            unwritten=[
                UnwrittenView(
                    self._views.line(one.booking),
                    one.booking.status.holds_time,
                    why(one.refusal),
                    self._when(one.next_at),
                )
                for one in failed
            ],
            # What waits for an account is written once that is connected, and not before.
            can_retry=any(one.refusal is not Refusal.NOT_CONNECTED for one in failed),
            calendars=[
                CalendarStateView(
                    named(source),
                    source.blocks,
                    source.is_own,
                    self._says(states.get(key), source),
                    _unread(states.get(key)),
                )
                for key, source in sources_of(self._office().availability).items()
            ],
            feed=self._site_url + self._feed.address,
            done=said(done),
            errors=list(errors),
        )
        return page_of(page, status)

    def follow(self, session: str, booking_id: str) -> Response:
        """Do here what was done there; a refusal is told."""
        try:
            self._differences.follow(booking_id)
        except ChangeRefused as refused:
            return self.show(session, status=409, errors=[FieldError(field="", message=str(refused))])
        except SlotTaken as taken:
            return self.show(session, status=409, errors=refusals(taken))
        return see(f"{CALENDARS}?fatto=segui")

    def write_again(self, booking_id: str) -> Response:
        """Let the booking stand there as it is here."""
        self._differences.write_again(booking_id)
        return see(f"{CALENDARS}?fatto=riscrivi")

    def retry(self) -> Response:
        """Let what could not be written be tried at once."""
        if own := self._own():
            self._failed.retry(own, self._clock())
        return see(f"{CALENDARS}?fatto=riprova")

    def retry_unconnected(self) -> None:
        """Let what waits for a connected account be tried at once."""
        self._failed.retry_unconnected(self._clock())

    def _own(self) -> str | None:
        return own_calendar(self._office().availability)

    def _differs(self, one: Difference) -> ConflictView:
        line = self._views.line(one.booking)
        return ConflictView(
            line, _("spostato a %(when)s", when=self._views.moment(one.start)) if one.start else _("cancellato")
        )

    def _says(self, state: State | None, source: Source) -> str:
        if state is None:
            return _("non è stato ancora letto")
        read = (
            _("letto %(when)s", when=self._when(state.fetched_at))
            if state.fetched_at
            else _("non si è mai lasciato leggere")
        )
        if state.error:
            read = _(
                "%(read)s; l’ultima volta, %(when)s, non è andata: %(why)s",
                read=read,
                when=self._when(state.tried_at),
                why=told(state.error, source.provider),
            )
        return _("%(read)s; eventi illeggibili: %(number)s", read=read, number=state.skipped) if state.skipped else read

    def _when(self, instant: datetime) -> str:
        return self._views.moment(instant)


def _unread(state: State | None) -> tuple[str, ...]:
    """Name the events that could not be read, each with why."""
    unread = state.unread if state else ()
    return tuple(_("«%(event)s»: %(why)s", event=one.words, why=_(UNREAD[one.reason])) for one in unread)
