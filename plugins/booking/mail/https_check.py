"""HTTPS check: posts a body that holds no mail, which a relay refuses as such once it has let us in."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping

from plugins.booking.mail.check_failure import CERTIFICATE, CheckFailure, how_to_reach
from plugins.booking.mail.delivery_failure import Deferred, LoginRefused, OutcomeUnknown
from plugins.booking.mail.https_post import Answer, HttpsAddress, connected, posted
from plugins.booking.mail.https_relay import POSTED, address_of_relay, headers_of
from plugins.booking.mail.oauth_login import account_of, with_token
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.operator_words import how_to_connect
from plugins.booking.server_urls import Relay

_ADDRESS = "put the address of the relay in BOOKING_SMTP_URL right, its host, port and path"
_WRONG_TOKEN = "put the token in BOOKING_SMTP_URL right, signs such as @ : / % written as %40 %3A %2F %25"
_LATER = "it may take it later: try again in a few minutes"
_NO_MAIL = frozenset({400, 422})


def try_https(
    relay: Relay,
    sender: str,
    holds: Callable[[str, str], None],
    tokens: AccessTokens | None,
    oauth: Mapping[Provider, ClientSettings],
) -> None:
    """Tell each step that holds; raises CheckFailure at the first that does not."""
    address = address_of_relay(relay, oauth)
    told: set[str] = set()

    def once(step: str, seen: str) -> None:
        if step not in told:
            told.add(step)
            holds(step, seen)

    def attempt(token: str) -> Answer:
        answer = _post_nothing(relay, address, token, once)
        if answer.status == 401:
            raise LoginRefused("HTTP-401")
        return answer

    try:
        if relay.token is None:
            answer = attempt(relay.password or "")
        else:
            assert tokens
            answer = with_token(tokens, relay.token, attempt)
    except LoginRefused as error:
        mend = _leave(relay.token) if relay.token else _WRONG_TOKEN
        raise CheckFailure("login", f"the token is refused ({error.why})", mend) from None
    _judge(relay, answer)
    holds("login", f"taken; no mail is answered by HTTP {answer.status}, as it should be")
    if relay.token:
        assert tokens
        _tell_sender(relay.token, account_of(tokens, relay.token), sender, holds)


def _post_nothing(relay: Relay, address: HttpsAddress, token: str, once: Callable[[str, str], None]) -> Answer:
    where = relay.beside_setting(f"{address.host}:{address.port}")
    try:
        with connected(address) as line:
            once("connection", f"{where} answers")
            if isinstance(line.sock, ssl.SSLSocket):
                once("TLS", f"{line.sock.version()}, with a certificate that is good for this name")
            return posted(line, address.path, headers_of(relay, token, ""), POSTED[relay.kind].nothing)
    except ssl.SSLCertVerificationError as error:
        raise CheckFailure("TLS", error.verify_message, CERTIFICATE) from None
    except ssl.SSLError as error:
        raise CheckFailure("TLS", error.reason or str(error), _ADDRESS) from None
    except socket.gaierror:
        seen = f"no machine is called {relay.beside_setting(address.host)}"
        raise CheckFailure("connection", seen, how_to_reach(relay, _ADDRESS)) from None
    except (Deferred, OutcomeUnknown) as error:
        raise CheckFailure("answer", f"none that is HTTP ({error})", _ADDRESS) from None
    except (OSError, http.client.HTTPException) as error:
        seen = f"nobody talks at {where} ({error or type(error).__name__})"
        raise CheckFailure("connection", seen, how_to_reach(relay, _ADDRESS)) from None


def _judge(relay: Relay, answer: Answer) -> None:
    if answer.status in _NO_MAIL:
        return
    seen = f"HTTP {answer.status} {answer.reason} {answer.words}".strip()
    if answer.status == 403:
        mend = _leave(relay.token) if relay.token else "see what the relay allows this token"
    elif answer.status in {408, 425, 429} or answer.status >= 500:
        mend = _LATER
    elif 200 <= answer.status < 300:
        mend = "it takes a body that is no mail, and so may be no relay: it has to answer 400 or 422"
    else:
        mend = _ADDRESS
    raise CheckFailure("answer", seen, mend)


def _tell_sender(provider: Provider, account: str, sender: str, holds: Callable[[str, str], None]) -> None:
    if account.lower() == sender.lower():
        holds("sender", f"{sender} is the account")
    elif provider == "google":
        holds("sender", f"{sender}; Google writes {account} in its place unless the account may send as it")
    else:
        holds("sender", f"{sender}; Microsoft refuses it (ErrorSendAsDenied) unless {account} may send as it")


def _leave(provider: Provider) -> str:
    return f"what was consented to has no leave to send mail: {how_to_connect(provider)}"
