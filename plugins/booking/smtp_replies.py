"""SMTP reply codes: whether a refusal is about the recipient, or about relay and sender.

RFC 5321, 4.2; RFC 3463.
"""

from __future__ import annotations

import re

# How refusals for good begin that are kept, in SQL: those of SMTP, and of relays over HTTPS.
REFUSALS = ("5__%", "HTTP-___ %")
_ENHANCED = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
# Subjects of enhanced codes that are the recipient's: the address, the mailbox, the way there.
_RECIPIENT = frozenset({1, 2, 4})
# Ours, whatever the subject: a bad address of the sender's, which many relays tell only once they have heard the
# recipient, more mail than a provider lets us send in a day, and a sender that is not ours (Google, Microsoft).
_OURS = frozenset({(1, 7), (1, 8), (1, 90), (2, 252), (4, 5)})
# Without an enhanced code, what is said of mailboxes: unavailable, not here, not a name, of a host without any.
_MAILBOX = frozenset({550, 551, 553, 556})
_OF_US = re.compile(
    r"\brelay|\bauth(?:entication|orization)? (?:is )?required|\bsender\b|\bsend ?as|\bsubmission|\bspam|\bjunk"
    r"|\b(?:black|block|deny) ?list|\bblocked\b|\bHELO\b|\bEHLO\b|\b(?:sending|daily) (?:limit|quota)",
    re.IGNORECASE,
)


def is_about_recipient(code: int, words: bytes) -> bool:
    """Whether a refusal for good is one of this recipient, and not of everybody, nor of us."""
    text = words.decode(errors="replace")
    if enhanced := _ENHANCED.match(text):
        subject, detail = int(enhanced[1]), int(enhanced[2])
        if subject:
            about = subject in _RECIPIENT and (subject, detail) not in _OURS
            # These are the most general ones, given for all kinds of things.
            return about and not (detail == 0 and _OF_US.search(text))
    return code in _MAILBOX and not _OF_US.search(text)


def told(code: int, words: bytes) -> str:
    """A reply in one line, for the owner's eyes."""
    return f"{code} {words.decode(errors='replace')}"


def brief(code: int, words: bytes) -> str:
    """A reply's code and enhanced code: its words often quote somebody."""
    enhanced = _ENHANCED.match(words.decode(errors="replace"))
    return f"{code} {enhanced[0].strip()}" if enhanced else str(code)


def first_word(error: str) -> str:
    """The code or the kind of a failure: a relay's reply often quotes the recipient, who is nobody else's to know."""
    return error.split(" ", 1)[0].rstrip(":")


def brief_of(error: str) -> str:
    """The same of a reply that was kept, or the kind of a failure that is no reply."""
    first, words = first_word(error), error.partition(" ")[2]
    return brief(int(first), words.encode()) if first.isdigit() else first
