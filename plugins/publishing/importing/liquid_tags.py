"""Liquid tags of Jekyll and Octopress, as Markdown; those that only a program can answer are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from plugins.publishing.importing.code_spans import outside_code
from plugins.publishing.importing.embed_links import Tell, attributes, embed_link

_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+(?P<lang>[\w+#-]+)[^%]*%\}\n?(?P<inner>.*?)\{%-?\s*endhighlight\s*-?%\}", re.S
)
_CODEBLOCK = re.compile(r"\{%\s*codeblock(?P<said>[^%]*)%\}\n?(?P<inner>.*?)\{%\s*endcodeblock\s*%\}", re.S)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(?P<inner>.*?)\{%-?\s*endraw\s*-?%\}", re.S)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.S)
_TITLE = re.compile(r"\{\{-?\s*page\.title\s*(?:\|[^}]*)?-?\}\}")
_POST = re.compile(r"\{%-?\s*post_url\s+(?P<name>[^\s%]+)\s*-?%\}")
_LINK = re.compile(r"\{%-?\s*link\s+(?P<name>[^\s%]+)\s*-?%\}")
_FILTERED = re.compile(r"\{\{-?\s*(?P<sign>[\"'])(?P<path>[^\"']*)(?P=sign)\s*\|\s*[^}]*\}\}")
_BASE = re.compile(r"\{\{-?\s*(?:site\.(?:baseurl|url)|site\.github\.url|base_path|root_url)\s*(?:\|[^}]*)?-?\}\}")
_IMG = re.compile(r"\{%\s*img\s+(?P<said>[^%]+?)\s*%\}")
_EMBED = re.compile(r"\{%-?\s*(?P<name>youtube|vimeo|gist|jsfiddle)\s+(?P<said>[^%]+?)\s*-?%\}")
_INCLUDE = re.compile(
    r"\{%-?\s*include(?:_cached|_relative)?\s+(?P<name>[\w./-]+)(?P<said>(?:[^%]|%(?!\}))*?)-?%\}", re.S
)
_BLOCKQUOTE = re.compile(r"\{%\s*blockquote(?P<said>[^%]*)%\}\s*(?P<inner>.*?)\{%\s*endblockquote\s*%\}", re.S)
_ANY = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{\{(?:(?!\{\{).)*?\}\}", re.S)


def without_liquid(text: str, base: str, title: str, find_post: Callable[[str], str], tell: Tell) -> str:
    """A text without Liquid; `base` stands for the site's own path, `find_post` knows posts by their files."""
    kept: list[str] = []

    def put_by(words: str) -> str:
        kept.append(words)
        return f"\ue014{len(kept) - 1}\ue015"

    def line(found: re.Match[str]) -> int:
        return found.string.count("\n", 0, found.start())

    def fence(lang: str, inner: str) -> str:
        inner = _RAW.sub(lambda raw: raw["inner"].strip("\n"), inner).strip("\n")
        sign = "```" if "```" not in inner else "~~~~"
        return put_by(f"{sign}{lang}\n{inner}\n{sign}")

    def include(found: re.Match[str]) -> str:
        said = attributes(found["said"])
        source = said.get("src") or said.get("url") or said.get("image_path") or said.get("file") or ""
        if re.search(r"youtube|video|vimeo", found["name"]) and (link := _video(found["name"], said)):
            return link
        if re.search(r"fig|image|img|picture", found["name"]) and source:
            caption = said.get("caption") or said.get("title") or ""
            return f"![{said.get('alt') or caption}]({_spaceless(source)})" + (f" *{caption}*" if caption else "")
        return unknown(found)

    def image(found: re.Match[str]) -> str:
        said = re.findall(r"\"[^\"]*\"|'[^']*'|\S+", found["said"])
        source = next((one for one in said if re.search(r"[/.]", one)), "")
        quoted = [one.strip("\"'") for one in said if one[0] in "\"'"]
        return f"![{quoted[-1] if quoted else ''}]({_spaceless(source)})"

    def embed(found: re.Match[str]) -> str:
        first = found["said"].split()[0].strip("\"'")
        made = _video(found["name"], {"id": first})
        link = made or embed_link(f"https://gist.github.com/{first}" if found["name"] == "gist" else first)
        return link or unknown(found)

    def unknown(found: re.Match[str]) -> str:
        tell(f"A tag that only Jekyll could answer was left out: {found[0]}", line(found))
        return "\n" * found[0].count("\n")

    def quotation(found: re.Match[str]) -> str:
        said = f"\n>\n> — {found['said'].strip()}" if found["said"].strip() else ""
        return "\n".join(f"> {one}" for one in found["inner"].strip().split("\n")) + said

    def post(found: re.Match[str]) -> str:
        address = find_post(found["name"])
        if not address:
            tell(f"A link to a post that is not there: {found['name']}", line(found))
        return address or "#"

    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    text = _HIGHLIGHT.sub(lambda found: fence(found["lang"], found["inner"]), text)
    text = _CODEBLOCK.sub(lambda found: fence(attributes(found["said"]).get("lang", ""), found["inner"]), text)
    text = _RAW.sub(lambda found: put_by(found["inner"]), text)
    for pattern, put in (
        (_TITLE, lambda _found: title),
        (_POST, post),
        (_LINK, lambda found: find_post(found["name"]) or f"/{found['name'].lstrip('/')}"),
        (_BASE, lambda _found: base.rstrip("/")),
        (_FILTERED, lambda found: base.rstrip("/") + "/" + found["path"].lstrip("/")),
        (_BLOCKQUOTE, quotation),
    ):
        text = pattern.sub(put, text)
    for pattern, put in ((_INCLUDE, include), (_IMG, image), (_EMBED, embed), (_ANY, unknown)):
        text = outside_code(pattern, put, text)
    return re.sub(r"\ue014(\d+)\ue015", lambda found: "".join(kept[int(found[1]) :][:1]), text)


def _video(name: str, said: Mapping[str, str]) -> str:
    number = said.get("id") or said.get("video_id") or said.get("youtube_id") or ""
    kind = said.get("provider") or name
    if not re.fullmatch(r"[\w-]{5,20}", number):
        return embed_link(said.get("url") or said.get("src") or "")
    address = f"https://vimeo.com/{number}" if "vimeo" in kind else f"https://www.youtube.com/watch?v={number}"
    return embed_link(address, said.get("title", ""))


def _spaceless(address: str) -> str:
    return re.sub(r"\s", "%20", address.strip("\"'"))
