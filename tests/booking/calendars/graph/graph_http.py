"""The stand-in for Microsoft Graph as a server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Lock

from plugins.booking.calendars.client.http_client import Question
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.server import answering, say


@contextmanager
def serving_graph(standin: GraphStandin, before_answer: Callable[[str], None] = lambda method: None) -> Iterator[str]:
    """Serve a mailbox while the block lasts; gives what BOOKING_MICROSOFT_URL is set to.

    `before_answer` is called with the method once it is done, and before anybody is told.
    """
    lock, place = Lock(), [""]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body: bytes = handler.body  # type: ignore[attr-defined]
        headers = {name.title(): value for name, value in handler.headers.items()}
        question = Question(handler.command, place[0] + handler.path, None, headers, body)
        with lock:
            reply = standin.answer(question, headers.get("Authorization", "").removeprefix("Bearer "))
        before_answer(handler.command)
        say(
            handler,
            reply.status,
            reply.body,
            **{name.replace("-", "_"): value for name, value in reply.headers.items()},
        )

    with answering(answer) as address:
        place[0] = address.rpartition("/")[0]
        standin.base = f"{place[0]}/graph/v1.0/"
        yield place[0]
