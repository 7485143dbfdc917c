"""Shortcodes and block comments of WordPress, made HTML before it is converted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

from plugins.publishing.importing.embed_links import Tell, attributes

_ESCAPED = re.compile(r"\[(\[[a-zA-Z][^\]\[]*\])\]")
_CAPTION = re.compile(r"\[caption\b(?P<said>[^\]]*)\](?P<inner>.*?)\[/caption\]", re.S)
_CODE = re.compile(r"\[(?P<name>code|sourcecode)\b(?P<said>[^\]]*)\](?P<inner>.*?)\[/(?P=name)\]", re.S)
_GALLERY = re.compile(r"\[gallery\b(?P<said>[^\]]*)\]")
_EMBED = re.compile(r"\[(?P<name>embed|youtube|vimeo)\b(?P<said>[^\]]*)\](?:\s*(?P<inner>[^\[\s]+)\s*\[/(?P=name)\])?")
_MEDIA = re.compile(r"\[(?P<name>audio|video|playlist)\b(?P<said>[^\]]*)\](?:\s*\[/(?P=name)\])?")
_PAIR = re.compile(r"\[(?P<name>[a-zA-Z][\w-]*)\b(?P<said>[^\]\[]*)\](?P<inner>.*?)\[/(?P=name)\]", re.S)
_LONE = re.compile(r"\[(?P<name>[a-zA-Z][\w-]*)(?P<said>(?:\s+[\w-]+\s*=[^\]\[]*)+)/?\](?![(\[])")
_EMPTY_BLOCK = re.compile(r"<!--\s*wp:(?P<name>[\w/-]+)(?P<said>(?:(?!-->).)*?)/-->", re.S)
_BLOCK = re.compile(r"<!--\s*/?wp:.*?-->", re.S)
_BARE = re.compile(r"(?m)^(?P<before>[ \t]*(?:<p>[ \t]*)?)(?P<address>https?://[^\s<>\"]+)(?=[ \t]*(?:</p>)?[ \t]*$)")
_QUIET = {"more", "nextpage", "spacer", "separator", "paragraph"}
# By number, the pictures of a post: their addresses and texts. Without a number, those that belong to it.
Pictures = Callable[[str | None], list[tuple[str, str]]]


def without_shortcodes(html: str, pictures: Pictures, reusable: Callable[[str], str], tell: Tell) -> str:
    """WordPress' text as HTML; its lines keep their numbers where nothing is put in."""

    def line(found: re.Match[str]) -> int:
        return found.string.count("\n", 0, found.start()) + 1

    def caption(found: re.Match[str]) -> str:
        inner = found["inner"].strip()
        said = attributes(found["said"]).get("caption", "")
        picture = re.match(r"(?:<a\b[^<>]*>)?\s*<img\b[^<>]*>\s*(?:</a>)?", inner)
        words = said or (inner[picture.end() :].strip() if picture else "")
        shown = picture[0] if picture else inner
        return f"<figure>{shown}<figcaption>{words}</figcaption></figure>" if words else f"<p>{shown}</p>"

    def gallery(found: re.Match[str]) -> str:
        ids = attributes(found["said"]).get("ids") or attributes(found["said"]).get("include")
        numbers: list[str | None] = [one.strip() for one in ids.split(",")] if ids else [None]
        shown = [one for number in numbers for one in pictures(number)]
        missing = [number for number in numbers if not pictures(number)]
        if missing:
            tell(f"Pictures of a gallery are not in the export: {', '.join(str(one) for one in missing)}", line(found))
        return "".join(f'<p><img src="{escape(source)}" alt="{escape(alt)}"></p>' for source, alt in shown)

    def embed(found: re.Match[str]) -> str:
        bare = found["said"].strip().lstrip("= ").strip("\"'")
        said = attributes(found["said"])
        address = found["inner"] or said.get("src") or said.get("url") or said.get("id") or bare
        if re.fullmatch(r"\d+", address):
            address = f"https://vimeo.com/{address}"
        elif re.fullmatch(r"[\w-]{11}", address):
            address = f"https://www.youtube.com/watch?v={address}"
        return _linked(address)

    def media(found: re.Match[str]) -> str:
        said = [*attributes(found["said"]).values(), *found["said"].split("|")[0].split()]
        files = list(dict.fromkeys(one for one in said if re.fullmatch(r"[^\s\"'=]+\.\w{2,4}", one)))
        if not files:
            tell(f"A shortcode was left out: {found[0]}", line(found))
        return "".join(f'<p><a href="{escape(one)}">{escape(one.rpartition("/")[2])}</a></p>' for one in files)

    def unknown(found: re.Match[str]) -> str:
        inner = found.groupdict().get("inner") or ""
        kept = "; the text within it was kept" if inner.strip() else ""
        tell(f"A shortcode was left out{kept}: [{found['name']}{found['said']}]", line(found))
        return inner

    def block(found: re.Match[str]) -> str:
        try:
            said = json.loads(found["said"].strip() or "{}")
        except (ValueError, RecursionError):
            said = {}
        if found["name"] in ("block", "core/block") and (
            inner := reusable(str(said.get("ref", "") if isinstance(said, dict) else ""))
        ):
            return inner
        if found["name"].removeprefix("core/") not in _QUIET and not found["name"].startswith("core-embed"):
            tell(f"A block without a text of its own was left out: {found['name']}", line(found))
        return ""

    kept: list[str] = []

    def put_by(words: str) -> str:
        kept.append(words)
        return f"\ue010{len(kept) - 1}\ue011"

    html = _ESCAPED.sub(lambda found: put_by(escape(found[1], quote=False)), html)
    html = _CODE.sub(lambda found: put_by(_code(found)), html)
    html = re.sub(r"<(pre|code)\b.*?</\1>", lambda found: put_by(found[0]), html, flags=re.S)
    for pattern, put in (
        (_EMPTY_BLOCK, block),
        (_BLOCK, lambda _found: ""),
        (_CAPTION, caption),
        (_GALLERY, gallery),
        (_EMBED, embed),
        (_MEDIA, media),
        (_BARE, lambda found: found["before"] + _linked(found["address"])),
        (_PAIR, unknown),
        (_PAIR, unknown),  # one within another
        (_LONE, unknown),
    ):
        html = pattern.sub(put, html)
    return re.sub(r"\ue010(\d+)\ue011", lambda found: "".join(kept[int(found[1]) :][:1]), html)


def _linked(address: str) -> str:
    return f'<iframe src="{escape(address)}"></iframe>' if address.startswith(("http", "//")) else escape(address)


def _code(found: re.Match[str]) -> str:
    said = attributes(found["said"])
    named = said.get("lang") or said.get("language") or ""
    inner = found["inner"].strip("\n")
    shown = inner if re.search(r"&(?:lt|gt|amp|quot);", inner) else escape(inner, quote=False)
    return f'<pre class="language-{escape(named)}">{shown}</pre>' if named else f"<pre>{shown}</pre>"
