"""Group entry: a meeting of several people as one event of the owner's own calendar."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.booking_mails import own_entry
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _, ngettext


def group_entry(people: Sequence[Booking], occasion: BookingContext) -> Invitation:
    """All who come, under the name of the event that the first of them has; `occasion` is hers."""
    first = own_entry(people[0], occasion)
    number = ngettext("%(number)s persona", "%(number)s persone", len(people))
    place = occasion.place() or ""
    return first.model_copy(
        update={
            "summary": _("%(meeting)s, %(people)s", meeting=occasion.meeting.title, people=number),
            "description": "\n".join([*map(_told, people), "", _("In agenda: %(link)s", link=occasion.links.agenda)]),
            "location": place[:1].upper() + place[1:],
            "status": "CONFIRMED" if any(one.status is not Status.PENDING for one in people) else "TENTATIVE",
        }
    )


def _told(one: Booking) -> str:
    waits = _("da confermare") if one.status is Status.PENDING else None
    return ", ".join(said for said in (one.name, one.email, one.phone, waits) if said)
