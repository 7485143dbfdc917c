"""Explain command: `explain MEETING START` says rule by rule why a time can be booked or not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.domain.language import _
from plugins.domain.requests import InvalidRequest, UnknownMeeting


def explain(slug: str, start: str, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Print rule by rule why a time can be booked or not, and return the exit code."""
    engine, office = open_engine(settings.database_url), ContentReloader(settings.content)
    migrate(engine)
    booking_service = services_of(settings, Store(engine), clock, office).booking_service
    try:
        verdicts = booking_service.explain(booking_service.meeting(slug), booking_service.read_start(start))
    except UnknownMeeting:
        known = ", ".join(meeting.slug for meeting in office().availability.meetings)
        return _sorry(_("L’incontro «%(meeting)s» non c’è. Scegli fra %(names)s.", meeting=slug, names=known), 2)
    except InvalidRequest as invalid:
        return _sorry(" ".join(error.message for error in invalid.errors), 2)
    for verdict in verdicts:
        holds = _("sì") if verdict.holds else _("NO")
        print(f"{holds}  {verdict.title}: {verdict.words}")
    offered = all(verdict.holds for verdict in verdicts)
    print(_("Questo orario si può prenotare.") if offered else _("Questo orario non si può prenotare."))
    return 0


def _sorry(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code
