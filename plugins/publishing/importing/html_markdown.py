"""HTML to Markdown as this site's converter reads it; what Markdown cannot say stays HTML."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdown.extensions.toc import slugify
from markdownify import MarkdownConverter

from plugins.publishing.importing.embed_links import Tell, embed_link
from plugins.publishing.importing.optional_tags import with_end_tags

_KEPT_INLINE = {"sub", "sup", "u", "small", "mark", "abbr", "cite", "ins", "q", "var", "dfn", "time", "del", "kbd"}
_DEAD = {"script", "style", "object", "form", "noscript", "embed", "applet", "input", "button", "select", "textarea"}
_BLOCKS = ["p", "ul", "ol", "table", "pre", "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6"]
_TAKEN = {"href", "src", "alt", "title", "id", "colspan", "rowspan", "width", "height", "scope", "datetime", "open"}


# Its stub leaves out half of what is overridden here.
_Converter: Any = MarkdownConverter


class HtmlMarkdown(_Converter):  # type: ignore[misc]
    """markdownify with the habits of Python-Markdown: lists four spaces deep, no fences inside of other blocks."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(heading_style="atx", bullets="-", strip_pre="strip_one", newline_style="spaces")
        self._tell = tell

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Signs of Markdown in plain words, escaped where they would be taken for it."""
        text = re.sub(r"([\\`*\[\]])", r"\\\1", text)
        text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\_", text)
        text = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")
        text = re.sub(r"(?m)^([^\S\n]*)(#{1,6}|[+-]\s|>|:\s|~~~|---|===)", r"\1\\\2", text)
        text = re.sub(r"(?m)^([^\S\n]*\d{1,9})([.)]\s)", r"\1\\\2", text)
        return re.sub(r"\{(?=[:%{<#.\w])", r"\\{", text)

    def get_conv_fn(self, tag_name: str) -> Any:  # noqa: ANN401 - markdownify has no types
        """Inline elements that Markdown has no sign for stay as they are."""
        if tag_name in _KEPT_INLINE:
            return self._kept
        if tag_name in _DEAD:
            return self._dead
        return super().get_conv_fn(tag_name)

    def _kept(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}{_attributes(el)}>{text}</{el.name}>" if text and "_noformat" not in parent_tags else text

    def _dead(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        begun = " ".join(str(el).split())[:80]
        self._tell(f"<{el.name}> was left out, which the pages' policy would not run: {begun}", el.sourceline or 1)
        return text if el.name in ("noscript",) and "<" not in text else ""

    convert_script = convert_style = _dead

    def convert_iframe(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A frame as a link."""
        link = embed_link(_of(el, "src") or _of(el, "data-src"), _of(el, "title"))
        self._tell(f"A frame became {'a link: ' + link if link else 'nothing: it had no address'}.", el.sourceline or 1)
        return f"\n\n{link}\n\n" if link and "_inline" not in parent_tags else link

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link; one that only names a place stays, so that others find it."""
        name = _of(el, "id") or _of(el, "name")
        if name and not el.get("href"):
            return f'<span id="{escape(name)}"></span>{text}'
        target = _of(el, "href").strip()
        if not target or "_noformat" in parent_tags or not text.strip():
            return text
        if re.search(r"\s|[<>]|\(.*\(|^[^()]*\)", target):
            target = re.sub(r"\s", "%20", target).replace("<", "%3C").replace(">", "%3E")
            target = target.replace("(", "%28").replace(")", "%29")
        first, gap, rest = text.strip().partition("\n\n")
        if gap:  # a link around several blocks leads there from the first of them
            return f"{self.convert_a(el, first, parent_tags)}{gap}{rest}\n\n"
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if text.strip().replace("\\", "") == target and target.startswith(("http://", "https://")):
            return f"{before}<{target}>{after}"
        title = " ".join(_of(el, "title").split()).replace('"', "'")
        return f"{before}[{text.strip()}]({target}{f' {chr(34)}{title}{chr(34)}' if title else ''}){after}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A picture, also within headings and tables."""
        source = _of(el, "src") or _of(el, "data-src")
        if not source or source.startswith("data:"):
            self._tell("A picture was left out, which had no file of its own.", el.sourceline or 1)
            return ""
        source = re.sub(r"\s", "%20", source.strip()).replace("(", "%28").replace(")", "%29")
        figure = el.find_parent("figure")
        caption = figure.find("figcaption") if isinstance(figure, Tag) else None
        # What stands below says what is to be seen, where nothing else does.
        said = _of(el, "alt") or (caption.get_text() if isinstance(caption, Tag) else "")
        alt = re.sub(r"([\[\]])", r"\\\1", " ".join(said.split()))
        return f"![{alt}]({source})"

    def convert_figure(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A figure: the picture, and its caption below."""
        return f"\n\n{text.strip()}\n\n"

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A caption, in emphasis."""
        words = text.strip()
        return f"\n\n*{words}*\n\n" if words and "\n" not in words and "*" not in words else f"\n\n{words}\n\n"

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A heading, with its name where it has one."""
        name = _of(el, "id")
        made = super().convert_hN(n, el, text, parent_tags)
        # The one that the heading gets by itself need not be said.
        is_named = re.fullmatch(r"[\w-]+", name) and "\n\n#" in made and name != slugify(el.get_text(), "-")
        return f"{made.rstrip()} {{#{name}}}\n\n" if is_named else made

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Code: with a fence at the top, by its indent within lists and quotations, where no fence is read."""
        text = el.get_text().strip("\n")
        if not text.strip():
            return ""
        if parent_tags & {"li", "blockquote", "dd"}:
            return "\n\n" + "\n".join(f"    {line}" if line else "" for line in text.split("\n")) + "\n\n"
        fence = "```" if "```" not in text else "~~~~"
        return f"\n\n{fence}{_language(el)}\n{text}\n{fence}\n\n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An item, what follows its first line four spaces deep."""
        text = (text or "").strip()
        parent = el.parent
        bullet = "-"
        if parent is not None and parent.name == "ol":
            start = _of(parent, "start")
            first = int(start) if start.isdigit() and len(start) < 6 else 1
            bullet = f"{first + len(el.find_previous_siblings('li'))}."
        text = re.sub(r"\n(?=[^\n])", "\n    ", text)
        # After several blocks the next item needs an empty line before it, or it is words of the last of them.
        gap = "\n" if "\n\n" in text else ""
        return f"{bullet:<3} {text}\n{gap}" if text else "\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """What a term means."""
        text = re.sub(r"\n(?=[^\n])", "\n    ", (text or "").strip())
        return f":   {text}\n" if text else "\n"

    def convert_details(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """What opens on demand stays HTML, with Markdown inside."""
        return f'\n\n<details markdown="1"{_attributes(el)}>\n\n{text.strip()}\n\n</details>\n\n'

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The words that open it."""
        return f"<summary>{' '.join(text.split())}</summary>\n\n"

    def convert_video(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A film or a sound as a link to its file."""
        inner = el.find("source")
        source = _of(el, "src") or (_of(inner, "src") if isinstance(inner, Tag) else "")
        return f"\n\n[{source.rpartition('/')[2] or 'Video'}]({source})\n\n" if source else text

    convert_audio = convert_video

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A table of plain cells; one that Markdown cannot draw stays HTML."""
        cells = el.find_all(["td", "th"])
        is_plain = not any(cell.get("colspan") or cell.get("rowspan") or cell.find(_BLOCKS[1:]) for cell in cells)
        if is_plain and "_inline" not in parent_tags and not parent_tags & {"li", "blockquote", "dd"}:
            return str(super().convert_table(el, text, parent_tags))
        for inner in [el, *el.find_all(True)]:
            inner.attrs = {name: value for name, value in inner.attrs.items() if name in _TAKEN}
        return f"\n\n{re.sub(chr(10) + '{2,}', chr(10), str(el))}\n\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A cell, whose bars are no ends of it."""
        words = re.sub(r"(?<!\\)\|", r"\|", " ".join(text.split()))
        return f" {words} |"

    convert_th = convert_td


def html_to_markdown(html: str, tell: Tell) -> str:
    """Markdown that says what a piece of HTML says; `tell` hears of what it cannot, with the line."""
    soup = BeautifulSoup(with_end_tags(html), "html.parser")
    try:
        text = str(HtmlMarkdown(tell).convert_soup(soup))
    except RecursionError:
        tell("The HTML is nested too deeply: only its words were kept.", 1)
        text = escape(soup.get_text(), quote=False) if len(html) < 1_000_000 else ""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)(?<! )[ \t]$", "", text)).strip("\n") + "\n"


def _of(el: Tag, name: str) -> str:
    value = el.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _attributes(el: Tag) -> str:
    return "".join(f' {name}="{escape(_of(el, name))}"' for name in el.attrs if name in _TAKEN)


def _language(el: Tag) -> str:
    code = el.find("code")
    classes = f"{_of(el, 'class')} {_of(code, 'class') if isinstance(code, Tag) else ''}"
    named = re.search(r"(?:language-|lang-|brush:\s*)([\w+#-]{1,20})", classes)
    if named is None:
        named = re.search(r"\bcode\s+([a-z][\w+#-]{0,20})", classes)
    return named[1] if named and named[1] not in ("literal-block", "text", "plain") else ""
