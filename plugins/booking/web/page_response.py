"""Page response: a visitor's page with its status, its caching, and when to try again."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

# Kept by the browser alone, so that its Back button finds a step again as it was left.
_STEP = {"Cache-Control": "private, no-cache"}
SOON_SECONDS = 5


def answer_of(page: str, status: int, seconds: int = 0) -> Response:
    """Answer with the page of a step, and with when to try again where that may help."""
    seconds = seconds or (SOON_SECONDS if status == 503 else 0)
    return HTMLResponse(page, status, _STEP | ({"Retry-After": str(seconds)} if seconds else {}))
