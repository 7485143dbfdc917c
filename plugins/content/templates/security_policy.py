"""Security policy: the headers (CSP and others) that site and endpoint have in common."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
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
# Between two origins each change of this header makes Firefox forget, at Back, what was typed on the page before.
BETWEEN_ORIGINS = {name: value for name, value in HEADERS.items() if name != "Cross-Origin-Opener-Policy"}
# Of what is no page.
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FRAMES = "frame-ancestors 'none'"
_FRAMED = re.compile(r'<figure\b[^<>]* data-embed="([^"]*)"')
# What follows a host otherwise would be read as more of the policy.
_ORIGIN = re.compile(r"https://[\w-][\w.-]*(?::\d{1,5})?(?=[/?#]|\Z)")
# A page's header where the web server does not read the page, which says all else itself. It names nothing that another
# version of the theme would have otherwise: no web server has to be told of an upgrade.
PAGES_HEADER = f"base-uri 'none'; object-src 'none'; {_FRAMES}"
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


class Uses(NamedTuple):
    """What a page has that others have not, and its policy opens for it alone.

    A search of WebAssembly, films or sounds of the site, the origins of frames, and where forms are sent to.
    """

    searches: bool = False
    plays: bool = False
    frames: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


NOTHING = Uses()


def uses_of(html: str, forms: Collection[str] = ()) -> Uses:
    """What a page uses; of some addresses for forms its policy opens those that it names."""
    return Uses(
        " data-search=" in html,
        "<video" in html or "<audio" in html,
        frame_origins(_FRAMED.findall(html)),
        tuple(sorted({target for target in map(form_target, forms) if target in html})),
    )


def frame_origins(addresses: Iterable[str]) -> tuple[str, ...]:
    """The origins of frames, of those addresses that are ones."""
    return tuple(sorted({found[0] for address in addresses if (found := _ORIGIN.match(address))}))


def origin(address: str) -> str:
    """The scheme, host and port of an address."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(address))


def form_target(address: str) -> str:
    """An address as a policy names it: what a form asks there is none of its business."""
    return address.partition("#")[0].partition("?")[0].replace(";", "%3B").replace(",", "%2C")


def page_policy(
    styles: Iterable[str], scripts: Iterable[str], endpoint: str = "", uses: Uses = NOTHING, pages: str = ""
) -> str:
    """What a page of the theme may do (CSP level 3): of what is inlined, these alone, by their hashes.

    `endpoint` is the address its forms are sent to, where that is not its own; `pages` is the origin that has the
    site's fonts and pictures, where that is not its own.
    """
    style = "".join(f" {_hash(text)}" for text in styles)
    also = f"; frame-src {' '.join(uses.frames)}" if uses.frames else ""
    also += "; media-src 'self'" if uses.plays else ""
    # Of an address `data:` one style is read: how pages fade into one another, which checkers do not know yet.
    return f"default-src 'none'; {_common(scripts, endpoint, uses, pages)}; style-src{style} data:{also}"


def framed(policy: str) -> str:
    """A page's policy as a header has it: with what a page cannot say of itself."""
    return f"{policy}; {_FRAMES}"


def site_policy(scripts: Iterable[str], endpoint: str = "", searches: bool = False) -> str:
    """What the site's files that are no pages may do: the header of web servers."""
    kept = "frame-src 'none'; media-src 'none'; object-src 'none'"
    return framed(f"{_common(scripts, endpoint, Uses(searches=searches))}; {kept}")


@lru_cache(maxsize=1 << 10)  # the pages of a site have theirs in common
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _common(scripts: Iterable[str], endpoint: str, uses: Uses, pages: str = "") -> str:
    also = f" {origin(endpoint)}" if endpoint else ""
    forms = "".join(f" {one}" for one in uses.forms)
    script = "".join(f" {_hash(text)}" for text in scripts)
    shown = f" {pages}" if pages else ""
    return (
        f"script-src 'self'{script}{_WASM if uses.searches else ''}; img-src 'self'{shown} data:; "
        f"font-src 'self'{shown}; "
        f"connect-src 'self'{also}; manifest-src 'self'{shown}; form-action 'self'{also}{forms}; base-uri 'none'"
    )
