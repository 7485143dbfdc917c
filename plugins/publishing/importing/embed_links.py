"""Embed links: what pages may not hold (frames, scripts, forms of others) as a plain link, or told."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

from plugins.publishing.importing.code_spans import outside_code

Tell = Callable[[str, int], None]
_YOUTUBE = re.compile(r"(?:youtube(?:-nocookie)?\.com/(?:embed/|v/|shorts/)|youtu\.be/)(?P<id>[\w-]{6,20})")
_VIMEO = re.compile(r"player\.vimeo\.com/video/(?P<id>\d+)")
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FRAME = re.compile(r"<iframe\b(?P<attributes>[^>]*)>(?:.*?</iframe\s*>)?", re.S | re.I)
_DEAD = re.compile(
    r"<(?P<tag>script|style|object|form|noscript|embed|applet)\b[^>]*>(?:.*?</(?P=tag)\s*>)?", re.S | re.I
)
_STYLED = re.compile(r"<[a-zA-Z][^<>]*?\s(?:style|on[a-z]+)\s*=[^<>]*>")
_STYLE = re.compile(r"""\s(?:style|on[a-z]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.I)


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag or shortcode, by name."""
    found = _ATTRIBUTE.findall(text)
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in found}


def watch_address(address: str) -> str:
    """Where a video that was embedded is watched; any other address as it is."""
    if address.startswith("//"):
        address = f"https:{address}"
    if found := _YOUTUBE.search(address):
        return f"https://www.youtube.com/watch?v={found['id']}"
    if found := _VIMEO.search(address):
        return f"https://vimeo.com/{found['id']}"
    return address


def embed_words(address: str) -> str:
    """What to call something embedded that has no title."""
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    return {"youtube.com": "Video (YouTube)", "vimeo.com": "Video (Vimeo)"}.get(host, host or "Link")


def embed_link(address: str, title: str = "") -> str:
    """A Markdown link to what was embedded; an empty text where it had no address of its own."""
    address = watch_address(address.strip())
    if not address.startswith(("http://", "https://")) or re.search(r"[\s<>()\"]", address):
        return ""
    words = re.sub(r"[\[\]]", "", " ".join(title.split())) or embed_words(address)
    return f"[{words}]({address})"


def without_dead_html(text: str, tell: Tell) -> str:
    """A Markdown text without HTML that the site's pages would not run; its lines keep their numbers."""

    def lines(found: re.Match[str]) -> tuple[int, str]:
        return text.count("\n", 0, found.start()), "\n" * found[0].count("\n")

    def frame(found: re.Match[str]) -> str:
        line, gap = lines(found)
        said = attributes(found["attributes"])
        link = embed_link(said.get("src", said.get("data-src", "")), said.get("title", ""))
        tell(f"A frame became {'a link: ' + link if link else 'nothing: it had no address'}.", line)
        return link + gap

    def dead(found: re.Match[str]) -> str:
        line, gap = lines(found)
        begun = " ".join(found[0].split())[:80]
        tell(f"<{found['tag'].lower()}> was left out, which the pages' policy would not run: {begun}", line)
        return gap

    def styled(found: re.Match[str]) -> str:
        line, _gap = lines(found)
        for one in _STYLE.findall(found[0]):
            tell(f"An attribute was left out, which the pages' policy would not heed: {one.strip()}", line)
        return _STYLE.sub("", found[0])

    for pattern, put in ((_FRAME, frame), (_DEAD, dead), (_STYLED, styled)):
        text = outside_code(pattern, put, text)
    return text


def query(address: str, key: str) -> str:
    """A value of an address's query."""
    return parse_qs(urlsplit(address).query).get(key, [""])[0]
