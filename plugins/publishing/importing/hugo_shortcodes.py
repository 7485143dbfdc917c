"""Shortcodes of Hugo, as Markdown; those of a theme are told, and the text within them is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from plugins.publishing.importing.code_spans import outside_code
from plugins.publishing.importing.embed_links import Tell, attributes, embed_link

_SHOWN = re.compile(r"\{\{(?P<open>[<%])/\*(?P<inner>.*?)\*/(?P<close>[>%])\}\}", re.S)
_HIGHLIGHT = re.compile(
    r"\{\{[<%]\s*(?:highlight|code)\s+(?P<lang>[\w+#\"-]+)?[^>%]*[>%]\}\}\n?(?P<inner>.*?)\{\{[<%]\s*/(?:highlight|code)\s*[>%]\}\}",
    re.S,
)
_RAW = re.compile(r"\{\{[<%]\s*rawhtml\s*[>%]\}\}(?P<inner>.*?)\{\{[<%]\s*/rawhtml\s*[>%]\}\}", re.S)
_REF = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+(?P<said>[^>%]*?)\s*[>%]\}\}")
_ANY = re.compile(r"\{\{[<%]-?\s*(?P<end>/?)\s*(?P<name>[\w/.-]+)(?P<said>.*?)\s*/?-?[>%]\}\}", re.S)
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}
_PLACES = {
    "gist": "https://gist.github.com/{}/{}",
    "tweet": "https://twitter.com/{}/status/{}",
    "x": "https://x.com/{}/status/{}",
    "slideshare": "https://www.slideshare.net/slideshow/embed_code/{}",
    "speakerdeck": "https://speakerdeck.com/player/{}",
    "instagram": "https://www.instagram.com/p/{}/",
}


def without_hugo_shortcodes(text: str, find_page: Callable[[str], str], tell: Tell) -> str:
    """A text without shortcodes; `find_page` knows pages by what `ref` calls them."""
    kept: list[str] = []

    def put_by(words: str) -> str:
        kept.append(words)
        return f"\ue016{len(kept) - 1}\ue017"

    def line(found: re.Match[str]) -> int:
        return found.string.count("\n", 0, found.start())

    def ref(found: re.Match[str]) -> str:
        said = attributes(found["said"])
        name = said.get("path") or found["said"].strip("\"'` ")
        page, _, anchor = name.partition("#")
        address = find_page(page) if page else ""
        if page and not address:
            tell(f"A link to a page that is not there: {name}", line(found))
        return (address or ("#" if not anchor else "")) + (f"#{anchor}" if anchor else "")

    def fence(found: re.Match[str]) -> str:
        inner = found["inner"].strip("\n")
        sign = "```" if "```" not in inner else "~~~~"
        return put_by(f"{sign}{(found['lang'] or '').strip(chr(34))}\n{inner}\n{sign}")

    def any_other(found: re.Match[str]) -> str:
        name, said = found["name"].lower(), attributes(found["said"])
        bare = [one.strip("\"'`") for one in re.findall(r"\"[^\"]*\"|`[^`]*`|\S+", found["said"])]
        if found["end"]:
            return ""
        source = said.get("src") or said.get("image") or said.get("link") or ""
        if name in ("figure", "img", "image", "picture") and (source or bare):
            return _figure(source or bare[0], said)
        if name in _VIDEOS and (number := said.get("id") or (bare[0] if bare else "")):
            return embed_link(_VIDEOS[name].format(number), said.get("title", ""))
        if name in _PLACES:
            words = list(said.values()) if said else bare
            wanted = _PLACES[name].count("{}")
            return embed_link(_PLACES[name].format(*words[:wanted])) if len(words) >= wanted else unknown(found)
        if address := next((one for one in [*said.values(), *bare] if one.startswith(("http://", "https://"))), ""):
            tell(f"A shortcode of the theme became a link: {found[0]}", line(found))
            return embed_link(address, said.get("title", ""))
        return unknown(found)

    def unknown(found: re.Match[str]) -> str:
        tell(f"A shortcode of the theme was left out, the text within it kept: {found[0]}", line(found))
        return "\n" * found[0].count("\n")

    text = _SHOWN.sub(lambda one: put_by(f"{{{{{one['open']}{one['inner']}{one['close']}}}}}"), text)
    text = _HIGHLIGHT.sub(fence, text)
    text = _RAW.sub(lambda found: found["inner"], text)
    text = _REF.sub(ref, text)
    # Hugo reads them within code too, where only what stands above is meant.
    text = outside_code(_ANY, any_other, text)
    return re.sub(r"\ue016(\d+)\ue017", lambda found: "".join(kept[int(found[1]) :][:1]), text)


def _figure(source: str, said: dict[str, str]) -> str:
    caption = said.get("caption") or said.get("title") or said.get("attr") or ""
    alt = re.sub(r"[\[\]]", "", said.get("alt") or re.sub(r"<[^>]*>", "", caption))
    address = re.sub(r"\s", "%20", source)
    return f"![{alt}]({address})" + (f" *{caption}*" if caption else "")
