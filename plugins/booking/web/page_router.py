"""Page router: routes of pages and of their forms, which no API document describes.

FastAPI reads the signature of each of its routes, which for a hundred of them took longer than all else at a start;
those of pages have nothing but their request and the words of their path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

RequestCheck = Callable[[Request], Awaitable[None]]
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class PageRouter:
    """Collects routes below a prefix; a handler names the words of its path that it wants, and `request`."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.routes: list[Route] = []

    def get(self, path: str) -> Callable[[_Handler], _Handler]:
        """Have the function below answer GET at a path."""
        return self._adding("GET", path, ())

    def post(self, path: str, checks: Sequence[RequestCheck] = ()) -> Callable[[_Handler], _Handler]:
        """Have the function below answer POST at a path, what the checks let through."""
        return self._adding("POST", path, checks)

    def _adding(self, method: str, path: str, checks: Sequence[RequestCheck]) -> Callable[[_Handler], _Handler]:
        def add(handler: _Handler) -> _Handler:
            route = Route(f"{self._prefix}{path}", _endpoint(handler, checks), methods=[method], name=handler.__name__)
            # HEAD is answered for all routes alike, by the middleware.
            route.methods = {method}
            self.routes.append(route)
            return handler

        return add


def add_routes(app: FastAPI, router: APIRouter | PageRouter) -> None:
    """Add routes to the endpoint as they are: `include_router` would make each anew at the first request."""
    app.router.routes.extend(router.routes)


def _endpoint(handler: Callable[..., Any], checks: Sequence[RequestCheck]) -> Callable[[Request], Awaitable[Response]]:
    wanted = handler.__code__.co_varnames[: handler.__code__.co_argcount]
    is_async = iscoroutinefunction(handler)

    async def answer(request: Request) -> Response:
        for check in checks:
            await check(request)
        given = {name: request if name == "request" else request.path_params[name] for name in wanted}
        answered: Response = await (handler(**given) if is_async else run_in_threadpool(handler, **given))
        return answered

    return answer
