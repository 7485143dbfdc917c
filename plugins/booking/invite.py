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
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Maglia//booking//IT")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method)
    event = Event()
    event.add("uid", _clean(invitation.uid))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp)
    event.add("dtstart", invitation.start)
    event.add("dtend", invitation.end)
    event.add("status", invitation.status)
    event.add("summary", vText(_clean(invitation.summary)))
    event.add("description", vText(_clean(invitation.description)))
    if invitation.location:
        event.add("location", vText(_clean(invitation.location)))
    event.add("organizer", _person(invitation.organizer_email, CN=invitation.organizer_name))
    if invitation.attendee_email:
        attendee = _person(invitation.attendee_email, RSVP="TRUE", PARTSTAT="NEEDS-ACTION", ROLE="REQ-PARTICIPANT")
        event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    rendered: bytes = calendar.to_ical()
    return rendered


def _person(email: str, **parameters: str) -> vCalAddress:
    # An address may hold signs that mean something in an address of the web (RFC 6068, 2).
    address = vCalAddress(f"mailto:{quote(_clean(email), safe=_AS_IT_IS)}")
    for name, value in parameters.items():
        # A double quote cannot stand in a parameter at all.
        address.params[name] = _clean(value).replace('"', "”")
    return address


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)
