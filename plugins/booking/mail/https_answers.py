"""HTTPS relay answers: which statuses and reasons accept a mail, put it off, refuse it, or ask for another login.

What is stored of a refusal for good begins with `HTTP-403 `, of one that may pass with `HTTP-503-later`.
"""

from __future__ import annotations

import re

from plugins.booking.mail.delivery_failure import (
    ConnectionClosing,
    Deferred,
    LoginRefused,
    OutcomeUnknown,
    Refused,
    SenderRejected,
)
from plugins.booking.mail.https_post import Answer

# Too much for now, told under a status that means something else: Google's reasons, and the code of Graph for a day.
_TOO_MUCH = frozenset(
    {
        *("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "limitExceeded"),
        *("RESOURCE_EXHAUSTED", "ErrorExceededMessageLimit", "ErrorServerBusy", "ApplicationThrottled"),
    }
)
_NO_SUCH_RECIPIENT = frozenset({"ErrorInvalidRecipients", "ErrorRecipientNotFound"})
_RECIPIENT_WORDS = re.compile(r"\binvalid (?:to header|recipients?)\b")
_UNPROCESSABLE = 422
# From who stands between: it does not know what the relay behind has done with the mail.
_BETWEEN = frozenset({502, 504})
_BUSY, _SLOW = frozenset({429, 503}), frozenset({408, 425})


def judge(answer: Answer) -> None:
    """Return where a mail was accepted; raises what became of it otherwise."""
    status = answer.status
    if 200 <= status < 300:
        return
    words = f"{answer.reason}: {answer.words}".strip(": ")
    if status == 401:
        raise LoginRefused("HTTP-401")
    if status in _BETWEEN or not 200 <= status < 600:
        raise OutcomeUnknown(f"HTTP-{status}-unknown {words}")
    later = f"HTTP-{status}-later {words}"
    if status in _BUSY or answer.reason in _TOO_MUCH:
        raise ConnectionClosing(later, answer.asked)
    if status >= 500 or status in _SLOW:
        raise ConnectionClosing(later, answer.asked) if answer.asked else Deferred(later)
    raise (Refused if _is_about_recipient(answer) else SenderRejected)(f"HTTP-{status} {words}")


def _is_about_recipient(answer: Answer) -> bool:
    if answer.status == _UNPROCESSABLE or answer.reason in _NO_SUCH_RECIPIENT:
        return True
    return answer.status == 400 and bool(_RECIPIENT_WORDS.search(answer.words.lower()))
