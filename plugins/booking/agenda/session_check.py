"""Session and CSRF check of each request to the agenda.

A post must show the key of the session's own forms besides the session.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from plugins.booking.agenda.sign_in import LINK_LASTS, SESSION_LASTS, SignIn, form_key
from plugins.booking.web.middleware.problems import Problem
from plugins.domain.language import N_, _

HOME = "/agenda/"
COOKIE = "agenda"
# What a browser shows with the code that it has asked for.
ASKER = "agenda-asker"
# What is hers alone: no cache, no search engine and no other site's log may keep it.
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_STRANGE = N_(
    "Questo modulo non viene dalla tua agenda, o ci sei entrata di nuovo nel frattempo. Riapri l’agenda e riprova."
)


class SignedOut(Exception):
    """No session: whoever asks has none, or none that still lasts."""


class SessionCheck:
    """Session check: reads sessions from requests and writes their cookie; `secure` where the site has https."""

    def __init__(self, sign_in: SignIn, clock: Callable[[], datetime], secure: bool) -> None:
        self._sign_in = sign_in
        self._clock = clock
        self._secure = secure

    def session(self, request: Request) -> str:
        """Return the session of a request; raises SignedOut, Unavailable."""
        session = request.cookies.get(COOKIE, "")
        if not session or not self._sign_in.admits(session, self._clock()):
            raise SignedOut
        return session

    def check(self, session: str, fields: Mapping[str, str]) -> None:
        """Raise Problem 403 where a form does not carry the key of its session."""
        given = fields.get("key", "").encode("utf-8", "replace")
        if not hmac.compare_digest(form_key(session).encode(), given):
            raise Problem(403, _(_STRANGE), PRIVATE)

    def welcome(self, session: str) -> Response:
        """Begin a session in the browser."""
        response = RedirectResponse(HOME, 303, PRIVATE)
        self._set(response, session, int(SESSION_LASTS.total_seconds()))
        return response

    def asker(self, request: Request) -> str:
        """Return what a browser was given when it asked for a link; empty where it has not."""
        return request.cookies.get(ASKER, "")

    def asked(self, asker: str) -> Response:
        """Lead to where the code is typed, in the browser that asked."""
        response = RedirectResponse(f"{HOME}?mandato", 303, PRIVATE)
        self._set(response, asker, int(LINK_LASTS.total_seconds()), ASKER)
        return response

    def farewell(self, session: str) -> Response:
        """End a session, here and in the browser."""
        self._sign_in.leave(session)
        response = RedirectResponse(HOME, 303, PRIVATE)
        self._set(response, "", 0)
        return response

    def _set(self, response: Response, value: str, seconds: int, name: str = COOKIE) -> None:
        response.set_cookie(name, value, max_age=seconds, path=HOME, httponly=True, samesite="lax", secure=self._secure)


def page_of(page: str, status: int = 200) -> Response:
    """Answer with a page of the agenda."""
    return HTMLResponse(page, status, PRIVATE)


def see(address: str) -> Response:
    """Lead to another page of the agenda after a post."""
    return RedirectResponse(address, 303, PRIVATE)
