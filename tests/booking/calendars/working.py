"""An endpoint of an owner with calendars, and the work on them, done when a test says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content


@contextmanager
def working(
    tmp_path: Path, environment: Mapping[str, str], **calendars: object
) -> Iterator[tuple[Endpoint, CalendarWork]]:
    """Run an endpoint over content with these calendars; the work sees each change of the content at once."""
    content = write_content(tmp_path / "content", None, **calendars)
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", None, **environment) as desk:
        ticks = count()
        office = ContentReloader(content, lambda: float(next(ticks)))
        services = services_of(desk.settings, desk.store, desk.clock, office)
        yield desk, CalendarWork(desk.settings, desk.engine, services.mail_composer, office, desk.clock)
