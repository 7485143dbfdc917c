"""The services behind an endpoint of the tests, for what comes in by mail."""

from __future__ import annotations

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.incoming_mail import IncomingMail
from plugins.booking.service.services import Services, services_of
from tests.booking.endpoint import Endpoint


def services(desk: Endpoint) -> Services:
    """The services of its database and content."""
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def incoming(desk: Endpoint) -> IncomingMail:
    """What takes mails in."""
    return IncomingMail(desk.engine, services(desk).mail_composer, desk.clock)
