"""Cache of calendar answers: an answer that has not changed is parsed once (ETag of RFC 9110, or the same bytes)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from plugins.booking.calendars.client.http_client import Reply
from plugins.booking.calendars.ics.ics_reader import Reading

# What was read covers two days more than is asked of it, at both ends (`window`).
KEEP = timedelta(days=1)
_LONGEST_VALIDATOR = 1000
_OLD_ENOUGH = timedelta(minutes=1)


@dataclass(frozen=True)
class _Kept:
    wanted: str
    read_at: datetime
    digest: bytes
    validators: Mapping[str, str]
    reading: Reading


class CalendarCache:
    """What each calendar's last answer came to, by its key; kept by each process for a day at most."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget the calendars that left the content."""
        self._kept = {key: kept for key, kept in self._kept.items() if key in keys}

    def validators(self, key: str, wanted: str, now: datetime) -> Mapping[str, str]:
        """Return the headers by which a server may answer that nothing has changed (304)."""
        kept = self._current(key, wanted, now)
        return kept.validators if kept else {}

    def unchanged(self, key: str) -> Reading | None:
        """Return what the last answer came to, after a 304."""
        kept = self._kept.get(key)
        return kept.reading if kept else None

    def read(
        self,
        key: str,
        wanted: str,
        now: datetime,
        texts: Sequence[bytes],
        reply: Reply | None,
        parse: Callable[[], Reading],
    ) -> Reading:
        """Return what an answer comes to, parsed only where it is another than the last."""
        digest = hashlib.sha256(b"".join(hashlib.sha256(text).digest() for text in texts)).digest()
        kept = self._current(key, wanted, now)
        if kept and kept.digest == digest:
            return kept.reading
        reading = parse()
        self._kept[key] = _Kept(wanted, now, digest, _validators(reply), reading)
        return reading

    def _current(self, key: str, wanted: str, now: datetime) -> _Kept | None:
        kept = self._kept.get(key)
        return kept if kept and kept.wanted == wanted and timedelta() <= now - kept.read_at < KEEP else None


def _validators(reply: Reply | None) -> Mapping[str, str]:
    """Return the headers to ask with, by what an answer says of itself: its ETag, or a date that is old enough."""
    if reply is None:
        return {}
    etag, modified = reply.headers.get("etag", ""), reply.headers.get("last-modified", "")
    if 0 < len(etag) <= _LONGEST_VALIDATOR:
        return {"If-None-Match": etag}
    try:
        age = parsedate_to_datetime(reply.headers.get("date", "")) - parsedate_to_datetime(modified)
    except (ValueError, TypeError):
        return {}
    # Of what was changed a moment ago the same date may be said again (RFC 9110, 8.8.2.2).
    return {"If-Modified-Since": modified} if age >= _OLD_ENOUGH else {}
