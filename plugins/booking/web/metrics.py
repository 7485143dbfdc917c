"""Metrics: counters of a process in the text format of Prometheus (0.0.4).

Without a word about any person.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.content.timezone_data import ZoneData

# The first parts of addresses that are told apart: what follows them can be a token.
_AREAS = frozenset({"api", "appuntamenti", "messaggi", "agenda", "health", "metrics", "posta"})
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STARTED = time.time()


class Requests:
    """Request metrics of this process: counts and durations; used on the server's one event loop."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._times: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_SECONDS) + 1))
        self._taken: defaultdict[str, float] = defaultdict(float)

    def count(self, path: str, method: str, status: int, seconds: float) -> None:
        """Add an answer."""
        first = path.lstrip("/").partition("/")[0]
        area = first if first in _AREAS else "other"
        self._answers[area, method if method in _METHODS else "other", status] += 1
        self._times[area][bisect_left(_SECONDS, seconds)] += 1
        self._taken[area] += seconds

    def lines(self) -> Iterator[str]:
        """Yield what was counted."""
        yield from _head("http_requests_total", "counter", "Answers by area, method and status.")
        for (area, method, status), number in sorted(self._answers.items()):
            yield f'maglia_http_requests_total{{area="{area}",method="{method}",status="{status}"}} {number}'
        yield from _head(
            "http_request_seconds", "histogram", "Time from the head of a request to the end of its answer."
        )
        for area, buckets in sorted(self._times.items()):
            below = 0
            for bound, number in zip((*map(str, _SECONDS), "+Inf"), buckets, strict=True):
                below += number
                yield f'maglia_http_request_seconds_bucket{{area="{area}",le="{bound}"}} {below}'
            yield f'maglia_http_request_seconds_sum{{area="{area}"}} {self._taken[area]:.6f}'
            yield f'maglia_http_request_seconds_count{{area="{area}"}} {below}'


class MetricsMiddleware:
    """Metrics middleware: counts every answer, in pure ASGI."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count its answer; what is left unanswered is answered with a 500 further out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._requests.count(scope["path"], scope["method"], status, time.perf_counter() - began)


def gauges(figures: dict[str, tuple[float, str]]) -> Iterator[str]:
    """Yield figures that go up and down, each with what it means."""
    for name, (value, meaning) in figures.items():
        yield from _head(name, "gauge", meaning)
        yield f"maglia_{name} {value:g}"


def zones(data: ZoneData, today: date) -> Iterator[str]:
    """Yield which time zone database is in use, and whether it is too old."""
    yield from _head("timezone_data_info", "gauge", "The time zone database in use.")
    yield f'maglia_timezone_data_info{{version="{data.version or "unknown"}",source="{data.source}"}} 1'
    yield from gauges({"timezone_data_old": (data.is_old(today), "Whether that is over a year old.")})


def process() -> Iterator[str]:
    """Yield what the system knows of this process, by the names that dashboards expect."""
    yield "# TYPE process_start_time_seconds gauge"
    yield f"process_start_time_seconds {_STARTED:.2f}"
    yield "# TYPE process_cpu_seconds_total counter"
    times = os.times()
    yield f"process_cpu_seconds_total {times.user + times.system:.2f}"
    if (memory := Path("/proc/self/statm")).exists():
        yield "# TYPE process_resident_memory_bytes gauge"
        yield f"process_resident_memory_bytes {int(memory.read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE')}"
        yield "# TYPE process_open_fds gauge"
        yield f"process_open_fds {len(list(Path('/proc/self/fd').iterdir()))}"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP maglia_{name} {meaning}"
    yield f"# TYPE maglia_{name} {kind}"
