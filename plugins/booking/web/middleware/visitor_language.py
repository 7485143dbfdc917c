"""Visitor's language: of an address below its prefix (`/en/appuntamenti/…`), and for programs what they ask for.

In pure ASGI. Pages go by their address alone: no cookie, and no guess by what a browser prefers.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.booking.service.site_languages import SiteLanguages
from plugins.booking.web.middleware.security_headers import SECRET, headers_of
from plugins.content.cross_checks import IN_LANGUAGES
from plugins.domain.language import Language, own_language, speak_here, speaking, spoken

_BELOW = re.compile(rf"/([a-z]{{2,3}}(?:-[A-Za-z]{{2,8}})?)(/({'|'.join(sorted(IN_LANGUAGES))})(?:/.*)?)", re.DOTALL)
_FROM_A_PAGE = "sec-fetch-site"  # every browser says it: a page of ours says its language by its address
_ASKED = "maglia.asked"


class VisitorLanguage:
    """Takes the language from an address and speaks it for the request; where an answer leads keeps the prefix."""

    def __init__(self, app: ASGIApp, languages: SiteLanguages, elsewhere: bool = False) -> None:
        self._app = app
        self._elsewhere = elsewhere
        self._languages = languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        below = _BELOW.fullmatch(scope["path"])
        prefix, language = "", own_language()
        if below and (found := self._languages.further().get(below[1])):
            prefix, language = f"/{below[1]}", found
        elif below:
            # A link of a mail from when the site had that language, or its own.
            query = scope["query_string"].decode("latin-1")
            headers = headers_of(below[2], self._elsewhere) | SECRET
            lead = RedirectResponse(f"{below[2]}{f'?{query}' if query else ''}", 307, headers)
            await lead(scope, receive, send)
            return
        path = scope["path"].removeprefix(prefix)
        is_api = path.startswith("/api/") and bool(self._languages.further())
        if is_api and not prefix:
            language = self._asked_for(scope)
        # What is answered to an error that nobody expected is said outside of all this.
        scope[_ASKED] = language, path
        inner = {**scope, "path": path, _ASKED: self._languages}
        if prefix and scope.get("raw_path"):
            inner["raw_path"] = scope["raw_path"].removeprefix(prefix.encode("ascii"))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if prefix and _is_in_languages(headers.get("location", "")):
                    headers["location"] = prefix + headers["location"]
                if is_api:
                    headers["content-language"] = spoken().tag
                    # An answer of the slots cache is sent more than once.
                    if "accept-language" not in headers.get("vary", "").lower():
                        headers.add_vary_header("Accept-Language")
            await send(message)

        with speaking(language):
            await self._app(inner, receive, sent)

    def _asked_for(self, scope: Scope) -> Language:
        """What a program asks for: by a parameter, or else by what it prefers."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if found := self._languages.known(query.get("language", [""])[-1]):
            return found
        headers = Headers(scope=scope)
        if _FROM_A_PAGE in headers:
            return own_language()
        preferred = map(self._languages.known, _preferences(headers.get("accept-language", "")))
        return next(filter(None, preferred), own_language())


def speak_asked(scope: Scope, code: object) -> None:
    """Say the rest of an answer in the language that the body of a request names, where the site has it."""
    languages = scope.get(_ASKED)
    if isinstance(languages, SiteLanguages) and (found := languages.known(code)):
        speak_here(found)


def asked(scope: Scope) -> tuple[Language, str]:
    """The language and the path of a request that nothing has answered."""
    known = scope.get(_ASKED)
    return known if isinstance(known, tuple) else (own_language(), scope["path"])


def _is_in_languages(location: str) -> bool:
    return location.startswith("/") and location[1:].partition("?")[0].partition("/")[0] in IN_LANGUAGES


def _preferences(header: str) -> list[str]:
    """The codes of an Accept-Language header, the most wanted first (RFC 9110, 12.5.4); of `en-GB` also `en`."""
    wanted: list[tuple[float, int, str]] = []
    for place, one in enumerate(header.split(",")[:20]):
        tag, _, weight = one.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
        value = float(quality[1]) if quality else 1.0
        if value and (tag := tag.strip()):
            wanted.append((-value, place, tag))
    return [code for _quality, _place, tag in sorted(wanted) for code in (tag, tag.partition("-")[0].lower())]
