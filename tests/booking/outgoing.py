"""Databases with a mail that waits to go out."""

from __future__ import annotations

from sqlalchemy import make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Envelope, enqueue
from tests.booking.office import NOW


def queued(database: str) -> None:
    """Make a database, with one mail to be sent in it."""
    engine = open_engine(make_url(database))
    migrate(engine)
    mail = Envelope("1", "kind", "a@example.org", "b@example.com", "<1@x>", b"Subject: Ciao\r\n\r\nCiao\r\n")
    with engine.begin() as connection:
        enqueue(connection, "about", [mail], NOW.replace(year=2020))
    engine.dispose()
