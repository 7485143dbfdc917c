"""Every address that the endpoint answers, with names that lead somewhere filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fastapi.routing import APIRoute
from sqlalchemy import select
from starlette.routing import BaseRoute, Route

from plugins.booking.app import create_app
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.schema import metadata
from plugins.booking.web.dev_mailbox import Mailbox
from tests.booking.endpoint import Endpoint


def addresses(desk: Endpoint, **named: str) -> list[tuple[str, str]]:
    """Method and path of each route, the parameters of its path replaced by those named."""
    settings = replace(desk.settings, dev=True)
    app = create_app(settings, desk.store, desk.clock, desk.outbox, ContentReloader(desk.content), mailbox=Mailbox())
    found = [
        (method, re.sub(r"\{(\w+)\}", lambda name: named[name[1]], path))
        for path, methods in _routes(app.routes)
        for method in sorted(methods)
    ]
    return sorted(set(found))


def _routes(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included:
            yield from _routes(included.routes)
        elif isinstance(route, Route | APIRoute):
            yield route.path, set(route.methods or ())


def dump(desk: Endpoint) -> dict[str, list[str]]:
    """All that is in the database."""
    with desk.engine.begin() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }
