"""Unexpected HTTP status of a calendar: what it means, as the reason that is told."""

from __future__ import annotations

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Reply
from plugins.booking.calendars.client.http_login import Login, challenges
from plugins.booking.calendars.client.refusal_words import is_switched_off, is_throttled, lacks_scope, told_wait
from plugins.booking.calendars.client.token_login import TokenLogin, not_connected

_OTHER_LOGINS = {"bearer": "Bearer", "oauth": "OAuth", "negotiate": "Negotiate", "ntlm": "NTLM"}

# What a server says of whoever asks, and not of what is asked for.
OF_THE_ACCOUNT = {Reason.NOT_CONNECTED, Reason.NO_SCOPE, Reason.SWITCHED_OFF, Reason.BUSY_SERVER}


def unexpected(reply: Reply, login: Login | None) -> Unanswered:
    """Say what a status means that is not the one hoped for, and how long its server says to wait."""
    return _meant(reply, login).after(told_wait(reply))


def _meant(reply: Reply, login: Login | None) -> Unanswered:
    words = f"it answers {reply.status}"
    if is_throttled(reply):
        return Unanswered(f"{words}: it is asked too often", Reason.BUSY_SERVER)
    if isinstance(login, TokenLogin) and lacks_scope(reply):
        return Unanswered(f"{words}: the consent was given without calendars", Reason.NO_SCOPE)
    if isinstance(login, TokenLogin) and is_switched_off(reply):
        return Unanswered(f"{words}: the project of the client id has no CalDAV API", Reason.SWITCHED_OFF)
    match reply.status:
        case 401:
            return _refused(reply, login, words)
        case 403:
            return Unanswered(f"{words}: it is not allowed", Reason.FORBIDDEN)
        case 404 | 410:
            return Unanswered(f"{words}: there is no such calendar", Reason.NOT_THERE)
        case status if status >= 500 and status not in {501, 505}:
            return Unanswered(words, Reason.SERVER_ERROR, status=status)
        case status:
            return Unanswered(words, Reason.STATUS, status=status)


def _refused(reply: Reply, login: Login | None, words: str) -> Unanswered:
    if isinstance(login, TokenLogin):
        return not_connected(login.provider, "refused")
    # A name that is none of these may be anything, even what was sent.
    schemes = [scheme for scheme, _ in challenges([reply.headers.get("www-authenticate", "")])]
    if schemes and not {"basic", "digest"} & set(schemes):
        scheme = next((_OTHER_LOGINS[one] for one in schemes if one in _OTHER_LOGINS), "?")
        told = f"{words}: it wants a login that is not supported: {scheme}"
        return Unanswered(told, Reason.LOGIN_UNKNOWN, scheme=scheme)
    if login is None:
        return Unanswered(f"{words}: a login is wanted there", Reason.LOGIN_WANTED)
    return Unanswered(f"{words}: its credentials are not accepted", Reason.LOGIN_REFUSED)
