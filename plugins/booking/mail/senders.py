"""Mail senders: which one hands mail to a relay, by SMTP or over HTTPS."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.booking.mail.delivery import Sender
from plugins.booking.mail.dkim import Dkim
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.server_urls import Relay


def sender_of(
    relay: Relay,
    own_name: str,
    dkim: Dkim | None,
    tokens: AccessTokens,
    oauth: Mapping[Provider, ClientSettings],
) -> Sender:
    """Return what sends by a relay; `tokens` are asked where its login is a connected account's."""
    if relay.kind == "smtp":
        return SmtpSender(relay, own_name, dkim, tokens)
    from plugins.booking.mail.https_relay import HttpsSender, address_of_relay  # what few need

    return HttpsSender(relay, address_of_relay(relay, oauth), tokens)
