"""The built site as the endpoint serves it in development, beside its own pages."""

from __future__ import annotations

import re
from html import unescape
from os import PathLike
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from plugins.booking.headers import POLICY
from plugins.content.protection import framed, site_policy

# The first parts of the addresses that the endpoint answers, also with a 404.
_OWN = frozenset({"api", "appuntamenti", "messaggi", "agenda", "health", "metrics", "posta"})
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
        return (Match.NONE, {}) if first in _OWN else super().matches(scope)


class _Site(StaticFiles):
    """The files, each asked about again each time; a page goes under its own policy."""

    async def check_config(self) -> None:
        """Let a folder that is not there yet be an empty one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or with the page that says there is none."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        if isinstance(response, FileResponse) and response.media_type == "text/html":
            response.headers[POLICY] = framed(_policy(response.path))
        elif path.startswith("pagefind/"):
            # The search works in a worker, which goes by what its own script came with (CSP level 3, 4.2.2).
            response.headers[POLICY] = site_policy((), searches=True)
        return response


def _policy(page: str | PathLike[str]) -> str:
    """What a page says it may do; that it may be moved to no other base where it says nothing."""
    with open(page, "rb") as file:
        found = _POLICY.search(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
    return unescape(found[1]) if found else "base-uri 'none'; object-src 'none'"
