"""Collection synchronisation (RFC 6578): a calendar is read whole once, and from then on what has changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from plugins.booking.calendars.client.caldav import events_query, whole_list
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import MOST_BYTES, Ask, Question, Reply
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.unexpected_status import OF_THE_ACCOUNT, unexpected
from plugins.booking.calendars.client.webdav import CALDAV, DAV, href_of, multistatus, status_in, statuses_of
from plugins.domain.wall_clock import Interval

# As long as what was read of it: an interval asked for has two days more at both ends.
READ_WHOLE_EVERY = timedelta(days=1)
_MOST_PAGES = 20
_MOST_CHANGES = 500  # before all is read again
_AT_ONCE = 50
_LONGEST_TOKEN = 4000
_GONE = {404, 410}
_HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_TOKEN = f'{_HEAD}<D:propfind xmlns:D="DAV:"><D:prop><D:sync-token/></D:prop></D:propfind>'
_CHANGES = (
    _HEAD + '<D:sync-collection xmlns:D="DAV:"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>'
    "<D:prop><D:getetag/></D:prop></D:sync-collection>"
)
_THESE = (
    _HEAD + '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
)


@dataclass
class _Known:
    """What is known of a collection: its texts by their paths, and the token that all of them are as old as."""

    interval: Interval
    read_at: datetime
    token: str | None
    texts: dict[str, bytes]


class CollectionSync:
    """Events of collections, each synchronised by its address; kept by each process."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, _Known] = {}

    def events(self, address: str, login: Login | None, interval: Interval, now: datetime) -> list[bytes]:
        """Return the calendar objects with some of their time in an interval, and others; raises Unanswered."""
        known = self._known.pop(address, None)
        if known and known.token and _covers(known, interval, now):
            try:
                changed = self._changed(address, login, known)
            except Unanswered as error:
                if _may_pass(error):
                    self._known[address] = known
                    raise
                changed = False
            if changed:
                self._known[address] = known
                return [text for _, text in sorted(known.texts.items())]
        # The token first: what changes meanwhile is then told again.
        token = self._token(address, login)
        texts = self._whole(address, login, interval)
        self._known = {key: one for key, one in self._known.items() if now - one.read_at < READ_WHOLE_EVERY}
        self._known[address] = _Known(interval, now, token, texts)
        return [text for _, text in sorted(texts.items())]

    def _token(self, address: str, login: Login | None) -> str | None:
        reply = self._ask(Question("PROPFIND", address, login, {**_HEADERS, "Depth": "0"}, _TOKEN.encode()))
        if reply.status != 207:
            error = unexpected(reply, login)
            if _may_pass(error) or error.reason in OF_THE_ACCOUNT:
                raise error
            return None
        token = next((one.text for one in multistatus(reply.body).iter(f"{DAV}sync-token") if one.text), None)
        return token.strip() if token and len(token) <= _LONGEST_TOKEN else None

    def _whole(self, address: str, login: Login | None, interval: Interval) -> dict[str, bytes]:
        reply = self._report(address, login, events_query(interval), "1")
        if reply.status != 207:
            raise unexpected(reply, login)
        return {path: text for path, text, _ in _texts(whole_list(reply.body)) if text is not None}

    def _changed(self, address: str, login: Login | None, known: _Known) -> bool:
        """Bring what is known up to date; False where it has to be read whole again."""
        pending: dict[str, str] = {}
        token = known.token or ""
        for _page in range(_MOST_PAGES):
            root = _listed(self._report(address, login, _CHANGES.format(token=escape(token)).encode(), "0"), login)
            is_cut = False
            for href, status in _statuses(root):
                path = _path(href)
                if path == _path(address):
                    is_cut = is_cut or status == 507  # the rest follows by the new token (RFC 6578, 3.6)
                elif status in _GONE:
                    pending.pop(path, None)
                    known.texts.pop(path, None)
                else:
                    pending[path] = href
            said = (root.findtext(f"{DAV}sync-token") or "").strip()
            if not said or len(said) > _LONGEST_TOKEN or len(pending) > _MOST_CHANGES:
                return False
            if is_cut and said == token:
                return False
            token = said
            if not is_cut:
                if not self._fetch(address, login, known, pending):
                    return False
                known.token = token
                return sum(map(len, known.texts.values())) <= MOST_BYTES
        return False

    def _fetch(self, address: str, login: Login | None, known: _Known, pending: dict[str, str]) -> bool:
        """Read what has changed; False where an answer leaves any of it out. Raises Unanswered."""
        wanted = list(pending.items())
        for start in range(0, len(wanted), _AT_ONCE):
            some = dict(wanted[start : start + _AT_ONCE])
            hrefs = "".join(f"<D:href>{escape(href)}</D:href>" for href in some.values())
            root = _listed(self._report(address, login, _THESE.format(hrefs=hrefs).encode(), "1"), login)
            found = {path: (text, statuses) for path, text, statuses in _texts(root)}
            for path in some:
                text, statuses = found.get(path, (None, []))
                if text is not None:
                    known.texts[path] = text
                elif refused := [one for one in statuses if one >= 300 and one not in _GONE]:
                    raise unexpected(Reply(refused[0], b""), login)
                elif _GONE.isdisjoint(statuses):
                    return False
                else:
                    known.texts.pop(path, None)  # meanwhile
        return True

    def _report(self, address: str, login: Login | None, body: bytes, depth: str) -> Reply:
        return self._ask(Question("REPORT", address, login, {**_HEADERS, "Depth": depth}, body))


def _listed(reply: Reply, login: Login | None) -> ElementTree.Element:
    if reply.status != 207:
        raise unexpected(reply, login)
    return multistatus(reply.body)


def _may_pass(error: Unanswered) -> bool:
    """Whether an answer says nothing of the token: then it is asked with the same one again."""
    return error.reason not in {Reason.FORBIDDEN, Reason.NOT_THERE, Reason.STATUS, Reason.NOT_CALDAV, Reason.TOO_LONG}


def _covers(known: _Known, interval: Interval, now: datetime) -> bool:
    is_new = timedelta() <= now - known.read_at < READ_WHOLE_EVERY
    return is_new and known.interval.start <= interval.start and interval.end - known.interval.end < READ_WHOLE_EVERY


def _statuses(root: ElementTree.Element) -> Iterator[tuple[str, int | None]]:
    for response in root.findall(f"{DAV}response"):
        if href := response.findtext(f"{DAV}href"):
            yield href.strip(), status_in(response.findtext(f"{DAV}status"))


def _texts(root: ElementTree.Element) -> Iterator[tuple[str, bytes | None, list[int]]]:
    for response in root.findall(f"{DAV}response"):
        text = next((one.text for one in response.iter(f"{CALDAV}calendar-data") if one.text), None)
        path = _path(response.findtext(f"{DAV}href"))
        yield path, text.encode() if text and text.strip() else None, statuses_of(response)


def _path(href: str | None) -> str:
    """Return the path of an href, however it is written: servers escape what others leave."""
    try:
        return unquote(urlsplit(href_of(href)).path).rstrip("/")
    except ValueError:
        return ""
