"""Commands of personal data: export and erasure of a person's (GDPR, articles 15 and 17), purge of what is old."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.retention import purge
from plugins.domain.language import _


def run_personal_data(asked: argparse.Namespace, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Run `export`, `erase` or `purge` and return its exit code; raises SettingsError where there is no database."""
    match asked.command:
        case "export":
            print(json.dumps(export(_opened(settings), asked.email), ensure_ascii=False, indent=2))
            return 0
        case "erase":
            return _erase(asked.email, settings)
        case _:
            return _purge(settings, clock())


def _erase(email: str, settings: Settings) -> int:
    gone = erase(_opened(settings), email)
    print(
        _(
            "Cancellati: appuntamenti %(bookings)s, messaggi %(messages)s, mail %(mails)s.",
            bookings=gone.bookings,
            messages=gone.messages,
            mails=gone.mails,
        )
    )
    if gone.elsewhere:
        print(
            _(
                "Nel tuo calendario restano da cancellare a mano %(number)s eventi con il suo nome.",
                number=gone.elsewhere,
            )
        )
    return 0


def _purge(settings: Settings, now: datetime) -> int:
    kept_for = ContentReloader(settings.content)().availability.retention
    if kept_for is None:
        words = _("In availability.yaml non c’è scritto per quanto si conserva. Esempio: retention: 730d")
        print(words, file=sys.stderr)
        return 2
    gone = purge(_opened(settings), kept_for, now)
    print(
        _(
            "Cancellati perché vecchi: appuntamenti %(bookings)s, messaggi %(messages)s.",
            bookings=gone.bookings,
            messages=gone.messages,
        )
    )
    return 0


def _opened(settings: Settings) -> Engine:
    """Open the database that is there: of one that is not, nothing can be told, erased or copied."""
    url = settings.database_url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise SettingsError([f"There is no database at {url.database}; set BOOKING_DATABASE_URL to the one in use."])
    engine = open_engine(url)
    migrate(engine)
    return engine
