"""What every answer tells a browser to forbid: the headers that site and endpoint have in common."""

from __future__ import annotations

import base64
import hashlib
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
_WASM = " 'wasm-unsafe-eval'"
_ANY_RULES = " 'inline-speculation-rules'"


def page_policy(style: str, rules: str, endpoint: str = "", searches: bool = False) -> str:
    """What a page of the theme may do (CSP level 3): of what is inlined, its styles and its speculation rules alone.

    `endpoint` is the address its forms are sent to, where that is not its own; `searches` lets it run the WebAssembly
    of a search index. An empty style or rule is none.
    """
    script, style = (f" {_hash(text)}" if text else "" for text in (rules, style))
    # Of an address `data:` one style is read: how pages fade into one another, which checkers do not know yet.
    return f"default-src 'none'; {_common(script, endpoint, searches)}; style-src{style} data:"


def framed(policy: str) -> str:
    """A page's policy as a header has it: with what a page cannot say of itself."""
    return f"{policy}; {_FRAMES}"


def site_policy(endpoint: str = "", searches: bool = False) -> str:
    """What every page of the site may do at most, whatever its styles: the header of web servers that do not read it.

    The page itself names its styles; a browser heeds both.
    """
    kept = "frame-src 'none'; media-src 'none'; object-src 'none'"
    return framed(f"{_common(_ANY_RULES, endpoint, searches)}; {kept}")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _common(script: str, endpoint: str, searches: bool) -> str:
    elsewhere = "{0.scheme}://{0.netloc}".format(urlsplit(endpoint)) if endpoint else ""
    also = f" {elsewhere}" if elsewhere else ""
    return (
        f"script-src 'self'{script}{_WASM if searches else ''}; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{also}; manifest-src 'self'; form-action 'self'{also}; base-uri 'none'"
    )
