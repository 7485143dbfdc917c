"""Account trial: `try google` reads, writes, moves and removes at a real account, and reports what was seen.

The report names no address, no token and nothing of what is in the calendar: it can be pasted into an issue.
"""

from __future__ import annotations

import platform
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from plugins import __version__
from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.calendar_reader import CalendarReader
from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.client.http_client import Ask, Question, Reply, ask
from plugins.booking.calendars.entries.sync_state import Leased
from plugins.booking.calendars.ics.ics_reader import NotACalendar
from plugins.booking.calendars.sources import Source
from plugins.booking.mail.senders import sender_of
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.settings import Settings
from plugins.booking.storage.outbox import Envelope
from plugins.content.office import Office
from plugins.domain.bookings import Booking, Status
from plugins.domain.calendar_id import PRIMARY
from plugins.domain.wall_clock import Interval

_AHEAD, _MEETING = timedelta(days=365), timedelta(minutes=30)
_INSTALLATION = "trial.invalid"
_WORDS = "A trial of Maglia, which removes it by itself.\n\nSecond line; with signs, \\ and ‘quotes’."


class _Wrong(Exception):
    """A step that ended otherwise than it should, in words that can be pasted."""


class _Skipped(Exception):
    """A step that has nothing to look at."""


@dataclass
class Traffic:
    """Requests of one step, as `METHOD STATUS`, and the bytes of their answers."""

    asking: Ask
    seen: list[str] = field(default_factory=list)
    bytes_read: int = 0

    def __call__(self, question: Question) -> Reply:
        """Ask, and note what can be told of it."""
        try:
            reply = self.asking(question)
        except Unanswered as error:
            self.seen.append(f"{question.method} ({error.reason})")
            raise
        self.seen.append(f"{question.method} {reply.status}")
        self.bytes_read += len(reply.body)
        return reply

    def told(self) -> str:
        """Say what there was since it was last said."""
        seen, size, self.seen, self.bytes_read = self.seen, self.bytes_read, [], 0
        return f" [{', '.join(seen)}; {size} bytes]" if seen else ""


class AccountTrial:
    """Trial of one account; `say` gets a line for each step."""

    def __init__(
        self,
        provider: Provider,
        settings: Settings,
        tokens: AccessTokens,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        say: Callable[[str], None],
        asking: Ask = ask,
    ) -> None:
        self._provider = provider
        self._settings = settings
        self._tokens = tokens
        self._office = office
        self._clock = clock
        self._say = say
        self._traffic = Traffic(asking)
        self._connections = CalendarConnections(self._traffic, clock, lambda name: None, tokens, settings.oauth)
        self._reader = CalendarReader(office, self._connections, lambda: _INSTALLATION)
        self._source = Source(f"{provider}:{PRIMARY}", False, None, True, True, provider=provider)
        self._booking = _booking(clock())
        self._words: str | None = None  # as they were written last
        self._faults = 0

    def run(self) -> int:
        """Go through all steps, remove what was written, and return how many went wrong."""
        python = platform.python_version()
        self._say(f"Maglia {__version__}, Python {python}, {self._provider}, {self._clock():%Y-%m-%d}")
        start = self._booking.start
        try:
            with self._step("read the calendar"):
                self._read()
            with self._step("read it again, unchanged"):
                self._read()
            with self._step("write an entry a year ahead"):
                self._write(0, start, is_new=True)
            with self._step("find it there"):
                self._expect(start)
            with self._step("move it"):
                self._write(1, start + timedelta(hours=3))
            with self._step("find it moved"):
                self._expect(start + timedelta(hours=3))
            with self._step("read the calendar with the change"):
                self._read()
            with self._step("remove it"):
                self._remove()
            with self._step("find it gone"):
                self._expect(None)
            with self._step("write it once more, as after a deletion by its owner"):
                self._write(2, start)
            with self._step("find it back"):
                self._expect(start)
        finally:
            with self._step("remove what was written"):
                self._remove()
        if self._provider == "microsoft":
            with self._step("what no document says for sure"):
                for fact in self._connections.microsoft().facts(self._clock()):
                    self._say(f"  {fact}")
        with self._step("send a mail to the owner"):
            self._mail()
        self._say("all is well" if not self._faults else f"went wrong: {self._faults}; please paste this into an issue")
        return self._faults

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
            end = "ok"
        except _Skipped as skipped:
            end = f"left out: {skipped}"
        except (Unanswered, NotACalendar, _Wrong) as error:
            self._faults += 1
            end = f"WRONG: {error}"
        self._say(f"{name}: {end} ({time.monotonic() - began:.1f} s){self._traffic.told()}")

    def _read(self) -> None:
        found = self._reader.read(self._source, self._office().availability, self._clock())
        if found.unread:
            reasons = ", ".join(sorted({one.reason for one in found.unread}))
            raise _Wrong(f"events that cannot be read: {len(found.unread)} ({reasons})")

    def _write(self, sequence: int, start: datetime, is_new: bool = False) -> None:
        entry = _entry(self._booking.id, sequence, start, self._clock())
        leased = Leased(self._booking, sequence, "trial", 1, self._words, is_new, is_suspect=not is_new)
        written = self._connections.entries(self._source).write(leased, entry, self._clock())
        self._words = written.words

    def _expect(self, start: datetime | None) -> None:
        zone: ZoneInfo = self._office().availability.timezone
        day = timedelta(days=1)
        asked = Interval(self._booking.start - day, self._booking.start + day)
        found = self._connections.entries(self._source).find(self._booking.id, _uid(self._booking.id), asked, zone)
        there = found.time.start if found and found.time else None
        if there != start:
            apart = f"{(there - start).total_seconds():+.0f} seconds from there" if there and start else "it is not so"
            raise _Wrong(apart if start else "it is still there")

    def _remove(self) -> None:
        self._connections.entries(self._source).remove(
            Leased(self._booking, 9, "trial", 1, None, False, is_suspect=True), _uid(self._booking.id)
        )

    def _mail(self) -> None:
        relay = self._settings.relay
        if relay is None or relay.token != self._provider:
            raise _Skipped(f"BOOKING_SMTP_URL is not by this account; set it like BOOKING_SMTP_URL={self._provider}")
        account = self._tokens.account(self._provider, "mail")
        own_name = urlsplit(self._settings.site_url).hostname or "localhost"
        accepted: list[bool] = []
        send = sender_of(relay, own_name, None, self._tokens, self._settings.oauth)
        try:
            send(_letter(account, self._clock()), lambda: accepted.append(True))
        except Exception as error:
            raise _Wrong(type(error).__name__) from None
        if not accepted:
            raise _Wrong("it was not accepted")


def _booking(now: datetime) -> Booking:
    start = (now.astimezone(UTC) + _AHEAD).replace(hour=10, minute=0, second=0, microsecond=0)
    return Booking(
        id=secrets.token_hex(16),
        meeting="trial",
        status=Status.CONFIRMED,
        start=start,
        end=start + _MEETING,
        name="Trial",
        email="trial@trial.invalid",
        created_at=now,
        updated_at=now,
    )


def _uid(booking_id: str) -> str:
    return f"{booking_id}@{_INSTALLATION}"


def _entry(booking_id: str, sequence: int, start: datetime, now: datetime) -> Invitation:
    return Invitation(
        uid=_uid(booking_id),
        sequence=sequence,
        method=None,
        status="CONFIRMED",
        start=start,
        end=start + _MEETING,
        summary="Trial of Maglia",
        description=f"{_WORDS}\nNumber {sequence}",
        location="",
        organizer_name="",
        organizer_email="",
        stamp=now,
    )


def _letter(account: str, now: datetime) -> Envelope:
    letter = EmailMessage()
    letter["From"] = letter["To"] = account
    letter["Subject"] = "Trial of Maglia"
    letter["Date"] = now
    letter["Message-ID"] = make_msgid(domain=_INSTALLATION)
    letter.set_content("It has arrived: mail by this account works.\n")
    mime = bytes(letter).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Envelope("trial", "trial", account, account, letter["Message-ID"], mime)
