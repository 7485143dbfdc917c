"""Every way to ask about an answer that is there already: its head, a part of it, whether it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate

import httpx

from plugins.content.templates.security_policy import HEADERS

SECURITY = [*HEADERS, "Content-Security-Policy", "X-Robots-Tag"]
_LONG_AGO = formatdate(0, usegmt=True)
_FAR_AHEAD = formatdate(4_000_000_000, usegmt=True)


def said(answer: httpx.Response) -> dict[str, set[str]]:
    """The security headers of an answer; nginx says all of its twice with a 416, which adds nothing."""
    return {name: set(told) for name in SECURITY if (told := answer.headers.get_list(name))}


def again(http: httpx.Client, path: str) -> tuple[httpx.Response, Iterator[tuple[str, httpx.Response]]]:
    """The answer to a GET, and those to all other ways of asking for the same, each with what was asked."""
    first = http.get(path)
    return first, _asked(http, path, first)


def _asked(http: httpx.Client, path: str, first: httpx.Response) -> Iterator[tuple[str, httpx.Response]]:
    for method in ("GET", "HEAD"):
        for headers in _conditions(first):
            for packing in ("identity", "gzip, br"):
                # Not unpacked: a part of what is packed cannot be.
                with http.stream(method, path, headers={"Accept-Encoding": packing, **headers}) as answer:
                    for _ in answer.iter_raw():
                        pass
                yield f"{method} {path} {headers} {packing}: {answer.status_code}", answer


def _conditions(first: httpx.Response) -> Iterator[dict[str, str]]:
    yield {}
    tag = first.headers.get("etag", '"none"')
    changed = first.headers.get("last-modified", _FAR_AHEAD)
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*", '"other"'):
        yield {"If-None-Match": known}
    for since in (changed, _FAR_AHEAD, _LONG_AGO, "yesterday"):
        yield {"If-Modified-Since": since}
    # After a 412 nginx hangs up, although it has said otherwise.
    for unmet in ({"If-Match": '"other"'}, {"If-Unmodified-Since": _LONG_AGO}):
        yield {"Connection": "close", **unmet}
    for part in ("bytes=0-9", "bytes=5-", "bytes=-5", "bytes=0-1,4-5", "bytes=99999999-", "bytes=9-1", "bytes=x", "x"):
        yield {"Range": part}
    for condition in (tag, changed, '"other"', _LONG_AGO):
        yield {"Range": "bytes=0-9", "If-Range": condition}
        yield {"Range": "bytes=99999999-", "If-Range": condition}
    yield {"Range": "bytes=0-9", "If-None-Match": tag}
