"""Unit failure: a mail to the owner, at once and past the outbox, that a unit of systemd has failed."""

from __future__ import annotations

import socket
import sys
from datetime import datetime
from urllib.parse import urlsplit

from plugins.booking.mail.mime import address_of, compose
from plugins.booking.mail.senders import sender_of
from plugins.booking.mail.texts.unit_failure_mail import unit_failure_mail
from plugins.booking.service.content_reload import readable
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import opened_engine
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import Envelope


def tell_owner(unit: str, settings: Settings, now: datetime) -> int:
    """Send the mail, and return the exit code; what keeps it from going is told on standard error."""
    office = readable(settings.content)
    own = office().identity.email if office else ""
    owner, sender = settings.owner_email or own, settings.sender or own
    if settings.relay is None or not owner or not sender:
        words = "set BOOKING_SMTP_URL, and BOOKING_OWNER_EMAIL and BOOKING_SENDER where the content cannot be read"
        print(f"Nobody can be told of {unit}: {words}.", file=sys.stderr)
        return 1
    own_name = urlsplit(settings.site_url).hostname or "localhost"
    mail = unit_failure_mail(unit, socket.gethostname(), owner)
    envelope_id = new_id(now)
    message_id = f"<{envelope_id}@{own_name}>"
    mime = compose(mail, sender, office().identity.brand if office else "Maglia", message_id, now)
    envelope = Envelope(envelope_id, mail.kind, address_of(sender), address_of(owner), message_id, mime)
    try:
        with opened_engine(settings.database_url) as engine:
            accounts = accounts_of(settings, engine, lambda: now)
            sender_of(settings.relay, own_name, settings.dkim, accounts, settings.oauth)(envelope, lambda: None)
    except Exception as error:
        # Of any kind: there is nobody else to tell, and the journal takes it.
        print(f"{unit} has failed, and the mail about it did not go out: {type(error).__name__}", file=sys.stderr)
        return 1
    return 0
