"""JSON logging: one object a line on standard error, for a journal or a collector."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

_ROOT = Path(__file__).resolve().parents[2]
READABLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """JSON log formatter: `at` (RFC 3339, UTC), `level`, `logger`, `message`, and of an exception its place.

    The words of an exception are left out: those of a driver or a parser may quote what a visitor typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, ASCII alone."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            told["error"] = _kinds(error)
            told["trace"] = _places(error.__traceback__)
        return json.dumps(told)


def write_json_lines(stream: TextIO) -> None:
    """Let every logger of this process write JSON lines; ours and the server's tell what they do, others what is wrong.

    The server's own words about a request hold no address and no body.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    for name in ("plugins", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)


def _kinds(error: BaseException) -> list[str]:
    """The kind of an exception, then of what caused it, and so on."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 10:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}".removeprefix("builtins."))
        cause = cause.__cause__ or cause.__context__
    return kinds


def _places(trace: TracebackType | None) -> list[str]:
    """Where it was, the innermost last: file, line and function."""
    frames = traceback.extract_tb(trace)[-20:]
    return [f"{frame.filename.removeprefix(f'{_ROOT}/')}:{frame.lineno} {frame.name}" for frame in frames]
