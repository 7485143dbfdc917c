"""What goes wrong, as the reader is told."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from plugins.booking.web.middleware import problems
from tests.booking.coroutines import run_coroutine


@pytest.fixture
def broken() -> FastAPI:
    """An application whose every address fails in a way nobody foresaw."""
    app = FastAPI()
    problems.install(app, lambda problem: f"<p>{problem.detail}</p>", lambda: "frame-ancestors 'none'")

    @app.get("/{path:path}")
    def fail(path: str) -> None:
        raise RuntimeError(path)

    return app


@pytest.fixture
def get(broken: FastAPI) -> Callable[[str], httpx.Response]:
    """Ask it for an address."""

    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(broken, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            return await http.get(path)

    return lambda path: run_coroutine(ask(path))


@pytest.mark.parametrize(("path", "kind"), [("/api/x", "application/problem+json"), ("/x", "text/html")])
def test_unexpected_error_is_told_in_italian_with_security_headers(
    get: Callable[[str], httpx.Response], path: str, kind: str
) -> None:
    answer = get(path)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith(kind)
    assert "non dipende da te" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
