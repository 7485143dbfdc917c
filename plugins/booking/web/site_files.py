"""Static files: the built site as the endpoint serves it in development."""

from __future__ import annotations

import os
import re
from html import unescape
from os import PathLike, stat_result
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Message, Receive, Scope, Send

from plugins.booking.web.middleware.path_prefix import OWN
from plugins.booking.web.middleware.security_headers import EVERYWHERE, POLICY
from plugins.content.templates.security_policy import framed, site_policy

_POLICY = re.compile(rf'<meta http-equiv="{POLICY}" content="([^"]*)">')
_HEAD_BYTES = 4096


def site_files(folder: Path) -> Mount:
    """Return the route of the files of a site, which may be built again, or for the first time, while it is served."""
    return _Files("/", _Site(directory=folder, html=True, check_dir=False))


class _Files(Mount):
    """The addresses of files: all but those of the endpoint."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a request."""
        first = str(scope["path"]).lstrip("/").partition("/")[0] if scope["type"] == "http" else ""
        return (Match.NONE, {}) if first in OWN else super().matches(scope)


class _Site(StaticFiles):
    """The files, each asked about again each time; a page goes under its own policy."""

    async def check_config(self) -> None:
        """Let a folder that is not there yet be an empty one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or with the page that says there is none."""
        response = await super().get_response(path, scope)
        if response.status_code == 404 and (own := self._lost_in_a_language(path)):
            response = self.file_response(*own, scope, 404)
        if isinstance(response, FileResponse) and response.status_code == 404:
            response.headers.update(_headers(response, path))
        response.headers["Cache-Control"] = "no-cache"
        return response

    def _lost_in_a_language(self, path: str) -> tuple[str, stat_result] | None:
        """The page of a further language that says there is none, where an address is below its own."""
        first, *below = path.split(os.sep)
        place, there = self.lookup_path(f"{first}/404.html") if below else ("", None)
        return (place, there) if there else None

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a file, or that it has not changed, both under the headers of the file."""
        file = _File(full_path, status_code, stat_result=stat_result)
        headers = _headers(file, self.get_path(scope))
        file.headers.update(headers)
        if not self.is_not_modified(file.headers, Headers(scope=scope)):
            return file
        unchanged = NotModifiedResponse(file.headers)
        unchanged.headers.update(headers)
        return unchanged


class _File(FileResponse):
    """A file; that a part of it cannot be had is said under its headers too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({name: self.headers[name] for name in EVERYWHERE})
            await send(message)

        await super().__call__(scope, receive, sent)


def _headers(file: FileResponse, path: str) -> dict[str, str]:
    """The security headers of a file at a path of the site, a page under its own policy."""
    if file.media_type == "text/html":
        return EVERYWHERE | {POLICY: framed(_policy(file.path))}
    if path.startswith("pagefind/"):
        # The search works in a worker, which goes by what its own script came with (CSP level 3, 4.2.2).
        return EVERYWHERE | {POLICY: site_policy((), searches=True)}
    return EVERYWHERE


def _policy(page: str | PathLike[str]) -> str:
    """What a page says it may do; that it may be moved to no other base where it says nothing."""
    with open(page, "rb") as file:
        found = _POLICY.search(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
    return unescape(found[1]) if found else "base-uri 'none'; object-src 'none'"
