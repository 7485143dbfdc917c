"""Slots cache: answers about free times kept in memory until something they depend on changes.

In pure ASGI.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.booking.storage.database_version import DatabaseVersion
from plugins.booking.web.middleware.compression import SLOTS, coding_for
from plugins.content.office import Office
from plugins.domain.language import spoken

MOST = 32  # of 62 full days each, some megabytes


@dataclass
class _Answer:
    state: object
    messages: list[Message] = field(default_factory=list)


class SlotsCache:
    """Slots cache: the last answers about free slots, each with the state of all it was worked out from.

    That is the content, the database, and the minute: notice and horizon are whole minutes, and so are starts, hence
    between two ends of minutes no slot comes or goes.
    """

    def __init__(
        self,
        app: ASGIApp,
        database_version: DatabaseVersion,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._database_version = database_version
        self._office = office
        self._clock = clock
        self._kept: OrderedDict[tuple[str, bytes, str | None], _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass a request on and remember the answer."""
        if scope["type"] != "http" or scope["path"] != SLOTS or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        state = await self._state()
        query = spoken().code, scope["query_string"], coding_for(scope)
        kept = self._kept.get(query)
        if state is not None and kept is not None and kept.state == state:
            self._kept.move_to_end(query)
            for message in kept.messages:
                await send(message)
            return
        answer = _Answer(state)

        async def heard(message: Message) -> None:
            answer.messages.append(message)
            await send(message)

        await self._app(scope, receive, heard)
        if state is not None and answer.messages and answer.messages[0].get("status") == 200:
            self._kept[query] = answer
            self._kept.move_to_end(query)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    async def _state(self) -> object | None:
        # Before the answer is worked out: what changes meanwhile makes it one that the cache never gives.
        database_version = (
            await run_in_threadpool(self._database_version)
            if self._database_version.waits
            else self._database_version()
        )
        if database_version is None:
            return None
        now = self._clock()
        minute = now.replace(second=0, microsecond=0)
        # A start is still offered at the very end of its notice, and no more after it.
        return self._office(), minute, now == minute, database_version
