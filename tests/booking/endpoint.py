"""The endpoint in the test's own process, on a real socket, with a clock that stands still."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from plugins.booking.app import create_app
from plugins.booking.server import listen
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Outbox
from plugins.booking.web.middleware.connection_limits import BoundedProtocol
from tests.booking.migrated import lay_out
from tests.booking.office import Clock

_TICK_SECONDS = 0.01


@dataclass
class Endpoint:
    """An endpoint to talk to, and what stands behind it."""

    http: httpx.Client
    engine: Engine
    store: Store
    outbox: Outbox
    clock: Clock
    content: Path
    settings: Settings


@contextmanager
def endpoint(content: Path, database_url: str, clock: Clock | None = None, **environment: str) -> Iterator[Endpoint]:
    """Run an endpoint over a content folder and an empty database; `environment` has BOOKING_ variables."""
    clock = clock or Clock()
    defaults = {"BOOKING_DATABASE_URL": database_url, "BOOKING_CONTENT": str(content), "BOOKING_RATE_LIMIT": "off"}
    settings = Settings.from_environment(defaults | environment)
    lay_out(settings.database_url)
    engine = open_engine(settings.database_url)
    migrate(engine)
    store, outbox = Store(engine), Outbox(engine)
    with listen("127.0.0.1", 0) as opened:
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        if "BOOKING_SITE_URL" not in environment:
            settings = replace(settings, site_url=address, pages_url=address, allowed_origins=frozenset({address}))
        app = create_app(settings, store, clock, outbox, ContentReloader(content))
        with _answering(app, opened), httpx.Client(base_url=address) as http:
            yield Endpoint(http, engine, store, outbox, clock, content, settings)
    engine.dispose()


class _Server(uvicorn.Server):
    """A server that ends as soon as its connections have: Uvicorn's looks ten times a second, and waits again."""

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.sleep(_TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for one in (*self.servers, *(sockets or ())):
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(_TICK_SECONDS)
        await self.lifespan.shutdown()


@contextmanager
def _answering(app: FastAPI, opened: socket.socket) -> Iterator[None]:
    server = _Server(uvicorn.Config(app, http=BoundedProtocol, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([opened],))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
