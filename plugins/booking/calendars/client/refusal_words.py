"""Refusal words of HTTP calendars: quotas with their waiting times (RFC 9110, 10.2.3), and rights that are missing."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from plugins.booking.calendars.client.calendar_error import LONGEST_WAIT

if TYPE_CHECKING:
    from plugins.booking.calendars.client.http_client import Reply

_LOOKED_AT = 20_000
# Google says 403 of these too, in XML, in JSON or in words alone.
_QUOTA = re.compile(
    rb"rateLimitExceeded|userRateLimitExceeded|dailyLimitExceeded|quotaExceeded|RATE_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED"
    rb"|usage limits? exceeded|rate limit exceeded|quota exceeded",
    re.IGNORECASE,
)
_SWITCHED_OFF = re.compile(
    rb"accessNotConfigured|SERVICE_DISABLED|Access Not Configured|has not been used in project", re.IGNORECASE
)
_NO_SCOPE = re.compile(
    rb"insufficientPermissions|ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficient_scope|insufficient authentication scopes",
    re.IGNORECASE,
)


def is_throttled(reply: Reply) -> bool:
    """Whether a server says that it is asked too often."""
    return reply.status == 429 or (reply.status == 403 and _QUOTA.search(reply.body[:_LOOKED_AT]) is not None)


def is_switched_off(reply: Reply) -> bool:
    """Whether the project of the client id has not switched the interface on."""
    return reply.status == 403 and _SWITCHED_OFF.search(reply.body[:_LOOKED_AT]) is not None


def lacks_scope(reply: Reply) -> bool:
    """Whether the consent was given without calendars."""
    told = reply.headers.get("www-authenticate", "").encode() + b" " + reply.body[:_LOOKED_AT]
    return reply.status == 403 and _NO_SCOPE.search(told) is not None


def told_wait(reply: Reply) -> timedelta | None:
    """Return how long a server says to wait; None where it does not, or not so that it can be read."""
    told = reply.headers.get("retry-after", "").strip()
    if reply.status < 400 or not told:
        return None
    if re.fullmatch(r"[0-9]{1,9}", told):
        return min(timedelta(seconds=int(told)), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)
