"""Booking context: what the text of a mail needs to know besides the booking."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.content.templates.formats import clock_name, day_and_time, moment
from plugins.domain.agreed_meeting import AgreedMeeting
from plugins.domain.availability import Availability
from plugins.domain.base import Value
from plugins.domain.bookings import Booking, Status
from plugins.domain.catalogue import Service
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _
from plugins.domain.wall_clock import clocks_agree

PLACES = {"video": N_("in video"), "phone": N_("al telefono"), "in_person": N_("di persona")}


class Links(Value):
    """The absolute addresses a mail points to."""

    manage: str
    calendar: str
    site: str
    again: str  # where that kind of meeting is booked
    agenda: str


@dataclass(frozen=True)
class BookingContext:
    """The content as it is now, around one booking; `installation` ends the UIDs that only this one can make."""

    meeting: AgreedMeeting
    service: Service | None
    identity: Identity
    availability: Availability
    links: Links
    owner_email: str
    sender: str
    installation: str

    @property
    def zone(self) -> ZoneInfo:
        """The owner's time zone."""
        return self.availability.timezone

    @property
    def signature(self) -> tuple[str | None, ...]:
        """The closing lines of every mail, those that the law asks for included."""
        who = self.identity
        return (who.name, who.brand, self.links.site, who.vat_line, who.legal)

    def manner(self) -> str | None:
        """How the meeting is held, in words; None where nobody knows any more."""
        return None if self.meeting.place_unknown else _(PLACES[self.meeting.where])

    @property
    def place_link(self) -> str | None:
        """The address of the video call, where it is one."""
        return self.meeting.link if self.meeting.where == "video" else None

    def place(self) -> str | None:
        """Where the visitor has to be, with the address or the link where there is one; None as for `manner`."""
        exact = {"video": self.place_link, "in_person": self.meeting.address}
        place, where = self.manner(), exact.get(self.meeting.where)
        return f"{place}, {where}" if place and where else place


def own_zone_of(booking: Booking) -> ZoneInfo | None:
    """The visitor's own zone; None where nobody knows it."""
    if booking.timezone is None:
        return None
    try:
        return ZoneInfo(booking.timezone)
    except (LookupError, ValueError, OSError):
        return None  # another database of zones knew it when the meeting was booked


def own_moment(booking: Booking, occasion: BookingContext) -> str | None:
    """The start on the visitor's own clock; None where it reads as the owner's does, or nobody knows it."""
    own = own_zone_of(booking)
    if own is None or clocks_agree(booking.start, own, occasion.zone):
        return None
    return moment(booking.start, own)


def short_moment(booking: Booking, occasion: BookingContext) -> str:
    """The start as a list of mails can show it, the clock named where the visitor has another."""
    when = day_and_time(booking.start, occasion.zone)
    return f"{when} ({clock_name(occasion.zone)})" if own_moment(booking, occasion) else when


def thread_of(booking: Booking, occasion: BookingContext, reader: str) -> str:
    """The Message-ID that no mail has, and all mails of a booking or series to a reader refer to (RFC 5322, 3.6.4)."""
    name = booking.series.id if booking.series else booking.id
    return f"<{name}.{reader[0]}@{occasion.installation}>"


def invitation(
    booking: Booking, occasion: BookingContext, attendee: str | None, summary: str, words: str, accepted: bool = False
) -> Invitation:
    """The booking for a calendar program: addressed to an attendee a request or a cancellation, else published.

    UID stable over the booking's life, SEQUENCE its revision (RFC 5545 3.8.4.7, 3.8.7.4; RFC 5546 3.2).
    """
    gone = not booking.status.holds_time
    place = occasion.place() or ""
    if place and occasion.meeting.where == "phone" and attendee is None and booking.phone:
        place = f"{place}, {booking.phone}"
    return Invitation.model_validate(
        {
            "uid": f"{booking.id}@{occasion.installation}",
            "sequence": booking.sequence,
            "method": "CANCEL" if gone else "REQUEST" if attendee else "PUBLISH",
            "status": "CANCELLED" if gone else "TENTATIVE" if booking.status is Status.PENDING else "CONFIRMED",
            "start": booking.start, "end": booking.end, "summary": summary, "description": words,
            "location": place[:1].upper() + place[1:], "organizer_name": occasion.identity.name,
            "organizer_email": occasion.sender, "attendee_email": attendee, "stamp": booking.updated_at,
            "accepted": accepted,
        }
    )  # fmt: skip
