"""What an owner and her visitors do, run by the endpoint against a server; each asserts what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from plugins.booking.calendars.entries.conflicts import Kind
from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.edits import (
    ADDED,
    ALARM,
    GUEST,
    moved,
    property_of,
    start_of,
    unfolded,
    with_lines,
    with_value,
)
from tests.booking.calendars.servers.account import Account
from tests.booking.calendars.wiring import Wired, wired_to
from tests.booking.office import FREE

FIRST = datetime(2027, 1, 12, 9, tzinfo=UTC)
LATER = datetime(2027, 1, 13, 10, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


@dataclass
class Scene:
    """A server's calendar, empty at first, and a way to run an endpoint that uses it."""

    account: Account
    folder: Path
    database: Callable[[], str]

    @contextmanager
    def wired(self, collection: str | None = None, password: str | None = None) -> Iterator[Wired]:
        """Run an endpoint that has read the calendar once."""
        login = f"{self.account.user}:{password or self.account.password}"
        with wired_to(collection or self.account.collection, login, self.database(), self.folder) as wired:
            wired.work.do()
            yield wired

    def only(self) -> tuple[str, str]:
        """The one entry of the calendar, with its address."""
        entries = self.account.entries()
        assert len(entries) == 1, f"{len(entries)} entries instead of one"
        return next(iter(entries.items()))

    def starts(self) -> list[datetime]:
        """When the entries begin."""
        return [start_of(text) for text in self.account.entries().values()]

    def rename(self, name: str) -> str:
        """Delete the entry and write it again under another name, as some programs undo a deletion."""
        address, text = self.only()
        self.account.delete(address)
        other = urljoin(self.account.collection, name)
        self.account.put(other, text)
        return other


def move(wired: Wired, booking: str, to: datetime = LATER) -> None:
    """Let the visitor move a booking, and the calendar be written."""
    wired.staff.changes.reschedule(booking, to, Actor.VISITOR)
    wired.later()


def book(scene: Scene) -> None:
    with scene.wired() as wired:
        assert FREE in wired.starts()
        wired.book()
        wired.later()
        assert scene.starts() == [FIRST]
        assert FREE not in wired.starts()
        assert wired.differences.all() == ()


def move_here(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        move(wired, booking)
        assert scene.starts() == [LATER]
        wired.later()
        assert wired.differences.all() == ()


def cancel_here(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        wired.staff.changes.cancel(booking, Actor.VISITOR)
        wired.later()
        assert scene.starts() == []


def edited_by_hand(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        address, text = scene.only()
        edited = with_value(with_lines(text, ADDED + ALARM), "SUMMARY", "Ada\\, quella del negozio")
        scene.account.put(address, edited)
        wired.later()
        assert wired.differences.all() == ()
        move(wired, booking)
        text = unfolded(scene.only()[1])
        assert start_of(text) == LATER
        kept = ("BEGIN:VALARM", "TRIGGER:-PT15M", "Lavoro", "Clienti", "Portare il contratto", "COLOR:tomato")
        assert [one for one in (*kept, "X-ORA-DI-CASA:si", "quella del negozio") if one not in text] == []
        assert "13 gennaio" in (property_of(text, "DESCRIPTION") or ""), "the time in its words is the old one"


def guest_by_hand(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        address, text = scene.only()
        scene.account.put(address, with_lines(text, GUEST))
        wired.later()
        move(wired, booking)
        text = unfolded(scene.only()[1])
        assert (start_of(text), "carla@example.org" in text) == (LATER, True)


def moved_by_hand(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        address, text = scene.only()
        scene.account.put(address, moved(text, LATER, LATER + HALF_HOUR))
        wired.later()
        (found,) = wired.differences.all()
        assert (found.kind, found.start) == (Kind.MOVED, LATER)
        assert wired.differences.write_again(booking)
        wired.later()
        assert scene.starts() == [FIRST]
        scene.account.put(address, moved(scene.only()[1], LATER, LATER + HALF_HOUR))
        wired.later()
        wired.differences.follow(booking)
        wired.later()
        assert scene.starts() == [LATER]
        wired.later()
        assert wired.differences.all() == ()


def weekly_by_hand(scene: Scene) -> None:
    with scene.wired() as wired:
        wired.book()
        wired.later()
        address, text = scene.only()
        scene.account.put(address, with_lines(text, "RRULE:FREQ=WEEKLY;COUNT=3\n"))
        wired.later()
        week_after = FREE.replace("-12T", "-19T")
        assert week_after not in wired.starts("2027-01-19", "2027-01-19"), "its second week is offered"


def renamed_then_moved(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        scene.rename("ABCD-1.ics")
        wired.later()
        assert wired.differences.all() == ()
        move(wired, booking)
        assert scene.starts() == [LATER]
        wired.later()
        assert wired.differences.all() == ()


def renamed_then_cancelled(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        scene.rename("ABCD-1.ics")
        wired.staff.changes.cancel(booking, Actor.VISITOR)
        wired.later()
        assert scene.starts() == []


def renamed_and_moved_by_hand(scene: Scene) -> None:
    with scene.wired() as wired:
        booking = wired.book()
        wired.later()
        address = scene.rename("ABCD-1.ics")
        scene.account.put(address, moved(scene.only()[1], LATER, LATER + HALF_HOUR))
        wired.later()
        (found,) = wired.differences.all()
        assert (found.kind, found.start) == (Kind.MOVED, LATER)
        assert wired.differences.write_again(booking)
        wired.later()
        assert scene.starts() == [FIRST]
        wired.later()
        assert wired.differences.all() == ()


def wrong_address(scene: Scene) -> None:
    before = scene.account.below(scene.account.home)
    with scene.wired(scene.account.home) as wired:
        confirmation = wired.desk.http.get("/api/meetings").json()[0]["confirmation"]
        assert confirmation == "manual", "what is no calendar is taken for an empty one"
        booking = wired.book()
        wired.staff.changes.approve(booking)
        wired.later()
        assert _refused(wired) == 1, "the refused write is told nowhere"
    assert scene.account.below(scene.account.home) == before, "something was made beside the calendars"


def wrong_password(scene: Scene) -> None:
    with scene.wired(password="sbagliata") as wired:
        booking = wired.book()
        wired.staff.changes.approve(booking)
        wired.later()
        assert _refused(wired) == 1, "the refused write is told nowhere"


def refused_write(scene: Scene) -> None:
    with scene.wired(urljoin(scene.account.collection, "../nessuno/")) as wired:
        booking = wired.book()
        wired.staff.changes.approve(booking)
        wired.later()
        if scene.account.http.get(urljoin(scene.account.collection, f"../nessuno/{booking}.ics")).status_code != 200:
            assert _refused(wired) == 1, "the refused write is told nowhere"


def _refused(wired: Wired) -> int:
    return int(wired.desk.http.get("/health").json()["calendar_writes"]["refused"])


SCENARIOS: dict[str, Callable[[Scene], None]] = {
    "book": book,
    "move": move_here,
    "cancel": cancel_here,
    "edited by hand, then moved": edited_by_hand,
    "guest by hand, then moved": guest_by_hand,
    "moved by hand": moved_by_hand,
    "weekly by hand": weekly_by_hand,
    "undone under another name, then moved": renamed_then_moved,
    "undone under another name, then cancelled": renamed_then_cancelled,
    "undone under another name, then moved by hand": renamed_and_moved_by_hand,
    "wrong address": wrong_address,
    "wrong password": wrong_password,
    "refused write": refused_write,
}
