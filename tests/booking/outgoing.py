"""Databases with a mail that waits to go out."""

from __future__ import annotations

from sqlalchemy import make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.outbox import Envelope, enqueue
from tests.booking.migrated import lay_out
from tests.booking.office import NOW


def queued(database: str) -> None:
    """Make a database, with one mail to be sent in it."""
    address = make_url(database)
    lay_out(address)
    engine = open_engine(address)
    mail = Envelope(
        "1", "kind", "a@example.org", "b@example.com", "<1@x>", b"To: b@example.com\r\nSubject: Ciao\r\n\r\nCiao\r\n"
    )
    with engine.begin() as connection:
        enqueue(connection, "about", [mail], NOW.replace(year=2020))
    engine.dispose()
