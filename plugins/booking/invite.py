"""An invitation as the bytes of an iCalendar file (RFC 5545, RFC 5546), times in UTC."""

from __future__ import annotations

import re
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vText

from plugins.booking.mails.invitations import Invitation

# icalendar lets these through, and calendars choke on them: C0 but tab and newline, DEL, C1, line separators.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_AS_IT_IS = "@!$'*+"


def ics(invitation: Invitation) -> bytes:
    """Render an invitation as a calendar of one event."""
    calendar = new_calendar(invitation.method)
    calendar.add_component(event_of(invitation))
    rendered: bytes = calendar.to_ical()
    return rendered


def new_calendar(method: str | None) -> Calendar:
    """Begin a calendar; without a method where it is no message."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Maglia//booking//IT")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def event_of(invitation: Invitation) -> Event:
    """Render an invitation as an event."""
    event = Event()
    event.add("uid", clean(invitation.uid))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp)
    event.add("dtstart", invitation.start)
    event.add("dtend", invitation.end)
    event.add("status", invitation.status)
    event.add("summary", vText(clean(invitation.summary)))
    event.add("description", vText(clean(invitation.description)))
    if invitation.location:
        event.add("location", vText(clean(invitation.location)))
    if invitation.method:
        event.add("organizer", _person(invitation.organizer_email, CN=invitation.organizer_name))
    if invitation.attendee_email:
        attendee = _person(invitation.attendee_email, RSVP="TRUE", PARTSTAT="NEEDS-ACTION", ROLE="REQ-PARTICIPANT")
        event.add("attendee", attendee, encode=False)
    return event


def _person(email: str, **parameters: str) -> vCalAddress:
    # An address may hold signs that mean something in an address of the web (RFC 6068, 2).
    address = vCalAddress(f"mailto:{quote(clean(email), safe=_AS_IT_IS)}")
    for name, value in parameters.items():
        # A double quote cannot stand in a parameter at all.
        address.params[name] = clean(value).replace('"', "”")
    return address


def clean(text: str) -> str:
    """Take out the signs that calendars choke on."""
    return _CONTROLS.sub("", text)
