"""Security policy: the headers (CSP and others) that site and endpoint have in common."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

# Of every answer, whatever it holds. A browser heeds the transport rule over https alone (RFC 6797, 8.1).
HEADERS = {
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    # An address of ours can hold a token: other sites are told nothing of where a visitor comes from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Of what is no page.
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FRAMES = "frame-ancestors 'none'"
_ENDED = "</script>"
_WASM = " 'wasm-unsafe-eval'"


def inlined(theme: Path) -> tuple[str, ...]:
    """The scripts that templates of the theme put into a page, speculation rules included, as they stand there."""
    partials = theme / "templates" / "partials"
    files = sorted(file for file in partials.iterdir() if file.suffix in {".js", ".json"})
    return tuple(file.read_text(encoding="utf-8").removesuffix("\n") for file in files)


def scripts_of(html: str, scripts: Iterable[str]) -> list[str]:
    """Those of some scripts that a page has inlined."""
    elements = [piece[: piece.find(_ENDED) + len(_ENDED)] for piece in html.split("<script")[1:]]
    return [text for text in scripts if any(one.endswith(f">{text}{_ENDED}") for one in elements)]


def page_policy(
    styles: Iterable[str], scripts: Iterable[str], endpoint: str = "", searches: bool = False, pages: str = ""
) -> str:
    """What a page of the theme may do (CSP level 3): of what is inlined, these alone, by their hashes.

    `endpoint` is the address its forms are sent to, where that is not its own; `searches` lets it run the WebAssembly
    of a search index; `pages` is the origin that has the site's fonts and pictures, where that is not its own.
    """
    style = "".join(f" {_hash(text)}" for text in styles)
    # Of an address `data:` one style is read: how pages fade into one another, which checkers do not know yet.
    return f"default-src 'none'; {_common(scripts, endpoint, searches, pages)}; style-src{style} data:"


def framed(policy: str) -> str:
    """A page's policy as a header has it: with what a page cannot say of itself."""
    return f"{policy}; {_FRAMES}"


def site_policy(scripts: Iterable[str], endpoint: str = "", searches: bool = False) -> str:
    """What every page of the site may do at most, whatever its styles: the header of web servers that do not read it.

    The page itself names its styles; a browser heeds both.
    """
    kept = "frame-src 'none'; media-src 'none'; object-src 'none'"
    return framed(f"{_common(scripts, endpoint, searches)}; {kept}")


@lru_cache(maxsize=1 << 10)  # the pages of a site have theirs in common
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _common(scripts: Iterable[str], endpoint: str, searches: bool, pages: str = "") -> str:
    elsewhere = "{0.scheme}://{0.netloc}".format(urlsplit(endpoint)) if endpoint else ""
    also = f" {elsewhere}" if elsewhere else ""
    script = "".join(f" {_hash(text)}" for text in scripts)
    shown = f" {pages}" if pages else ""
    return (
        f"script-src 'self'{script}{_WASM if searches else ''}; img-src 'self'{shown} data:; font-src 'self'{shown}; "
        f"connect-src 'self'{also}; manifest-src 'self'{shown}; form-action 'self'{also}; base-uri 'none'"
    )
