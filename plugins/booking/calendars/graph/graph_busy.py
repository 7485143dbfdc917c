"""Busy time of a Microsoft calendar: what the events of its calendarView keep, and which of them are ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from plugins.booking.calendars.graph.graph_client import Json
from plugins.booking.calendars.graph.graph_mark import EXPAND, ids_of, original, uid_of
from plugins.booking.calendars.graph.graph_time import time_of
from plugins.booking.calendars.ics.busy_time import BusyTime
from plugins.booking.calendars.ics.ics_event import CONTROLS, MOST_WORDS
from plugins.booking.calendars.ics.ics_reader import Own, Reading
from plugins.booking.calendars.ics.unread import Reason, Unread
from plugins.domain.wall_clock import Interval

# All that is needed to know when she is busy; texts and guests stay where they are.
SELECTED = (
    "id,subject,start,end,isAllDay,isCancelled,showAs,responseStatus,type,seriesMasterId,originalStartTimeZone,"
    "originalEndTimeZone,transactionId"
)
PAGE = 500  # of at most 1,000
# `workingElsewhere` says from where she works and not that she does not.
_FREE = {"free", "workingElsewhere"}
_ANSWERED_LATER = {"tentativelyAccepted", "notResponded"}


def view_query(interval: Interval, with_marks: bool = True) -> dict[str, str]:
    """Return what a calendarView is asked for: occurrences of series too, each as an event of its own."""
    return ({"$expand": EXPAND} if with_marks else {}) | {
        "startDateTime": f"{interval.start:%Y-%m-%dT%H:%M:%SZ}",
        "endDateTime": f"{interval.end:%Y-%m-%dT%H:%M:%SZ}",
        "$select": SELECTED,
        "$top": str(PAGE),
    }


def reading_of(
    events: Iterable[Json],
    interval: Interval,
    zone: ZoneInfo,
    installation: str,
    tentative_is_free: bool = False,
    known: Mapping[str, str] | None = None,
) -> Reading:
    """Read what keeps time within an interval, in UTC; the owner's whole days where an event lasts all day.

    Events marked with a UID of this installation are the bookings written there, and so are those of a `known` id, for
    a view may leave marks out. Of several that bear one mark only one is: a copy that she has made, or another
    occurrence of the series that she has made of it, keeps time as hers.
    """
    uids = dict(known or {})
    names = {uid: name for name, uid in uids.items()}
    busy, unread = BusyTime(interval), list[Unread]()
    ours = defaultdict[str, list[Json]](list)
    own: dict[str, Own] = {}

    def keep(event: Json) -> None:
        if not _keeps_time(event, tentative_is_free):
            return
        time, fault = time_of(event, zone)
        if fault and (time is None or (time.start < interval.end and time.end > interval.start)):
            unread.append(Unread(_words(event) or "event", fault))
        if time:
            busy.keep(time, _words(event))

    for event in events:
        if event.get("type") == "seriesMaster" or "@removed" in event:
            continue  # whose occurrences are listed
        uid = uid_of(event) or next((uids[one] for one in ids_of(event) if one in uids), "")
        if uid.endswith(f"@{installation}"):
            ours[uid].append(event)
        else:
            keep(event)
    for uid, marked in ours.items():
        first, *others = original(marked, names.get(uid))
        time, fault = time_of(first, zone)
        if first.get("isCancelled") is True:
            own[uid] = Own(None)
        elif time and fault in {None, Reason.ZONE}:
            own[uid] = Own(time)
        else:
            keep(first)
        for event in others:
            keep(event)
    return Reading(busy.kept(), own, tuple(unread))


def _keeps_time(event: Json, tentative_is_free: bool) -> bool:
    shown, answer = event.get("showAs"), event.get("responseStatus")
    response = answer.get("response") if isinstance(answer, dict) else None
    if event.get("isCancelled") is True or shown in _FREE or response == "declined":
        return False
    return not (tentative_is_free and (shown == "tentative" or response in _ANSWERED_LATER))


def _words(event: Json) -> str:
    subject = event.get("subject")
    return CONTROLS.sub(" ", subject).strip()[:MOST_WORDS] if isinstance(subject, str) else ""
