"""Errors of Microsoft Graph: what a status and the code in its body mean, and how long it wants to be left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from plugins.booking.calendars.client.calendar_error import Reason
from plugins.booking.calendars.client.http_client import Reply
from plugins.booking.calendars.entries.write_refusal import Refusal, WriteFailed

USUAL_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_MOST_BYTES = 100_000
_DEPTH = 5  # of errors within errors
_THROTTLED = {429, 509}
_THROTTLED_CODES = {"activitylimitreached", "applicationthrottled", "errorserverbusy", "toomanyrequests"}
_FULL_CODES = {"quotalimitreached", "errorquotaexceeded"}
_CHANGED_CODES = {"errorirresolvableconflict", "resourcemodified"}
_TAKEN_CODE = "errorduplicatetransactionid"


class GraphError(WriteFailed):
    """An answer of Graph that is none of those hoped for; its code is the server's own."""

    def __init__(self, reply: Reply, now: datetime) -> None:
        super().__init__(reply.status, reply.body)
        codes = list(_codes(reply.body))
        known = {one.lower() for one in codes}
        words = f"it answers {reply.status}" + (f" ({codes[-1]})" if codes else "")
        self.is_changed = reply.status == 412 or bool(known & _CHANGED_CODES)
        self.is_taken = _TAKEN_CODE in known
        if known & _FULL_CODES:
            self.refusal = Refusal.FULL
        elif reply.status == 400:
            self.refusal = Refusal.NOT_ACCEPTED
        if reply.status in _THROTTLED or known & _THROTTLED_CODES or "retry-after" in reply.headers:
            self.wait = _wait(reply.headers.get("retry-after", ""), now)
            self.refusal, self.reason = None, Reason.BUSY_SERVER
            words += f": it wants to be left alone for {self.wait.total_seconds():.0f} seconds"
        elif reply.status == 403:
            self.reason = Reason.FORBIDDEN
        elif reply.status in {404, 410}:
            self.reason = Reason.NOT_THERE
        elif reply.status >= 500 and reply.status not in {501, 505, 507}:
            self.reason = Reason.SERVER_ERROR
        self.args = (words,)


def _codes(body: bytes) -> Iterator[str]:
    """The codes of an error, the most detailed last; what is no code is nothing to be told."""
    try:
        found: Any = json.loads(body[:_MOST_BYTES]).get("error")
    except (ValueError, AttributeError, RecursionError):
        return
    for _ in range(_DEPTH):
        if not isinstance(found, dict):
            return
        code = found.get("code")
        if isinstance(code, str) and re.fullmatch("[A-Za-z0-9_.]{1,60}", code):
            yield code
        found = found.get("innerError") or found.get("innererror")


def _wait(told: str, now: datetime) -> timedelta:
    """How long a server wants to be left alone (RFC 9110, 10.2.3), within what is reasonable."""
    told = told.strip()
    if re.fullmatch("[0-9]{1,9}", told):
        wait = timedelta(seconds=int(told))
    else:
        try:
            wait = parsedate_to_datetime(told) - now
        except (ValueError, TypeError):
            wait = USUAL_WAIT
    return min(LONGEST_WAIT, max(timedelta(seconds=1), wait))
