"""Mail over HTTPS, for hosts that block SMTP: Gmail's API, Microsoft Graph, and a POST of the raw message."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from plugins.booking.mail.delivery_failure import UnsendableMail
from plugins.booking.mail.https_answers import judge
from plugins.booking.mail.https_post import HttpsAddress, post
from plugins.booking.mail.login_backoff import login_name
from plugins.booking.mail.oauth_login import with_token
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.providers import addresses_of
from plugins.booking.server_urls import Kind, Relay
from plugins.booking.storage.outbox import Envelope

_TO_HEADERS = ("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc")


@dataclass(frozen=True)
class PostedMail:
    """A mail as one kind of relay wants it posted; `nothing` is a body that it takes for none, and answers 400."""

    content_type: str
    body: Callable[[bytes], bytes]
    nothing: bytes


def _gmail(mime: bytes) -> bytes:
    # Not the other way, the upload: its address is another one, for what is larger than any mail of ours.
    return json.dumps({"raw": base64.urlsafe_b64encode(mime).decode()}).encode()


POSTED: Mapping[Kind, PostedMail] = {
    "gmail": PostedMail("application/json", _gmail, b'{"raw": ""}'),
    "graph": PostedMail("text/plain", base64.b64encode, b"-"),
    "post": PostedMail("message/rfc822", bytes, b""),
}


class HttpsSender:
    """HTTPS sender: posts the very bytes of a mail with a token, the relay's own or that of a connected account.

    Nothing is signed here: whoever takes mail so signs it itself, and rewrites headers that a signature would cover.
    """

    def __init__(self, relay: Relay, address: HttpsAddress, tokens: AccessTokens | None = None) -> None:
        self._relay = relay
        self._address = address
        self._tokens = tokens
        self._posted = POSTED[relay.kind]
        self.login = login_name(relay)

    def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
        """Post one envelope; `accepted` is called as soon as the relay has taken it.

        Raises Refused, SenderRejected, Deferred, OutcomeUnknown, UnsendableMail, RelayUnavailable, LoginRefused, and
        what `accepted` raises.
        """
        prove_recipient(envelope)
        body = self._posted.body(envelope.mime)

        def attempt(token: str) -> None:
            judge(post(self._address, headers_of(self._relay, token, envelope.message_id), body))

        if self._relay.token is None:
            attempt(self._relay.password or "")
        else:
            assert self._tokens
            with_token(self._tokens, self._relay.token, attempt)
        accepted()


def address_of_relay(relay: Relay, oauth: Mapping[Provider, ClientSettings]) -> HttpsAddress:
    """Return where a relay takes mail: a provider's own address, or that below another base address."""
    if relay.token is None:
        return HttpsAddress(relay.host, relay.port, relay.security == "tls", relay.path)
    addresses = addresses_of(relay.token, oauth.get(relay.token, ClientSettings("")))
    if relay.kind == "gmail":
        return HttpsAddress.of(f"{addresses.gmail}users/me/messages/send")
    return HttpsAddress.of(f"{addresses.graph}me/sendMail")


def headers_of(relay: Relay, token: str, message_id: str) -> dict[str, str]:
    """Return the headers of a POST; by the key a relay knows a mail that comes again after an unknown outcome."""
    headers = {"Content-Type": POSTED[relay.kind].content_type, "Authorization": f"Bearer {token}"}
    if relay.kind == "post" and message_id:
        headers["Idempotency-Key"] = f'"{re.sub(r"[^!#-Z^-~]", "", message_id)}"'
    return headers


def prove_recipient(envelope: Envelope) -> None:
    """See that the headers name the recipient and nobody else, for that is who it is sent to; raises UnsendableMail."""
    headers = BytesHeaderParser().parsebytes(envelope.mime)
    named = getaddresses([str(value) for name in _TO_HEADERS for value in headers.get_all(name, [])])
    if [address for _, address in named] != [envelope.recipient] or not envelope.recipient.isascii():
        raise UnsendableMail("its headers name others than the recipient")
