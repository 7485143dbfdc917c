"""Bounce command: takes in one mail from standard input, as a mail server pipes it.

Whatever keeps it from doing so for now has the mail server try again (EX_TEMPFAIL of sysexits.h); what is neither a
report about a mail of ours nor a reply is nothing to it, and no reason to send anything back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from plugins.booking.jobs.bounce_job import incoming_mail
from plugins.booking.mail.bounces.bounded_parser import MOST_BYTES
from plugins.booking.service.content_reload import readable
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.engine import Unavailable, open_engine

TRY_AGAIN = 75
_CHUNK = 1 << 20
_MOST_CHUNKS = 200


def take_bounce(settings_of: Callable[[], Settings], given: BinaryIO, clock: Callable[[], datetime]) -> int:
    """Read a mail, take it in, and return the exit code: 0, or 75 to be given it again."""
    try:
        raw = _read(given)
        settings = settings_of()
        url = settings.database_url
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            # Whoever pipes may have another folder: an empty database made there would swallow every report.
            return _again(f"there is no database at {url.database}; set BOOKING_DATABASE_URL to the one in use")
        office = readable(settings.content)
        if office is None:
            return _again("the content cannot be read; set BOOKING_CONTENT, and see `make controlla`")
        engine = open_engine(url)
        try:
            taken = incoming_mail(settings, engine, office, clock).take(raw)
        finally:
            engine.dispose()
    except SettingsError as error:
        return _again(str(error))
    except Unavailable:
        return _again("the database does not answer, or does not let this user write")
    except Exception as error:
        # Of any kind: a mail server takes every other code for a refusal, and nobody would hear of the report.
        return _again(type(error).__name__)
    print(taken or "nothing of ours")
    return 0


def _read(given: BinaryIO) -> bytes:
    raw = given.read(MOST_BYTES)
    # The rest is read away: a mail server takes a closed pipe for a failure.
    for _ in range(_MOST_CHUNKS):
        if not given.read(_CHUNK):
            break
    return raw


def _again(why: str) -> int:
    print(f"The mail is to be given again: {why}", file=sys.stderr)
    return TRY_AGAIN
