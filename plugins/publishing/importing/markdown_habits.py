"""Markdown habits of other converters, said as this site's converter reads them; lines keep their numbers."""

from __future__ import annotations

import re

from plugins.publishing.importing.code_spans import outside_code
from plugins.publishing.importing.embed_links import Tell, without_dead_html

_STRUCK = re.compile(r"(?<![~\\])~~(?=\S)([^\n~]+?)(?<=\S)~~(?!~)")
_TASK = re.compile(r"(?m)^(?P<before>[ \t]*[-*+] )\[(?P<done>[ xX])\](?= )")
_ALERT = re.compile(r"(?m)^(?P<before>[ ]{0,3}>[ ]?)\[!(?P<name>[A-Za-z]+)\][+-]?[ ]*(?P<title>[^\n]*)$")
_NOTE = re.compile(
    r"(?m)^!!!+[ ]*(?P<name>[\w -]+?)(?:[ ]+\"(?P<title>[^\"\n]*)\")?[ ]*\n"
    r"(?P<body>(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n(?= {4}|\t))*)"
)
_TOC = re.compile(r"(?m)^(?:[*+-][ ][^\n]*\n)?\{:\s*toc\s*\}[ \t]*$|^\[\[_?toc_?\]\][ \t]*$", re.I)
_KRAMDOWN = re.compile(r"(?m)^\{::[^}\n]*\}[ \t]*$|\{:\s*\.no_toc\s*\}")
# As Python-Markdown's codehilite has it: the language in the first line of a block that is indented.
_SHEBANG = re.compile(
    r"(?m)(?:\A|(?<=\n\n))(?: {4}|\t)(?::::|#!)(?P<lang>[a-zA-Z][\w+#-]*)[^\n/]*\n"
    r"(?P<code>(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n(?=(?:[ \t]*\n)*(?: {4}|\t)))+)"
)
_MATHS = re.compile(r"\$\$.+?\$\$|\\\\?\[(?:(?!\\\\?\[).)+?\\\\?\]", re.S)


def common_markdown(text: str, tell: Tell) -> str:
    """A Markdown text of another system as this one reads it."""

    def line(found: re.Match[str]) -> int:
        return found.string.count("\n", 0, found.start())

    def note(found: re.Match[str]) -> str:
        title = found["title"] if found["title"] is not None else found["name"].split()[0].capitalize()
        lines = [re.sub(r"^(?: {4}|\t)", "", one) for one in found["body"].rstrip("\n").split("\n")]
        head = f"**{title}** " if title else ""
        quoted = "\n".join(f"> {one}".rstrip() for one in lines)
        end = "\n" * (found["body"].count("\n") - found["body"].rstrip("\n").count("\n"))
        tell(f"A box ({found['name']}) became a quotation.", line(found))
        return f"> {head}\n{quoted}{end}" if head else f">\n{quoted}{end}"

    def maths(found: re.Match[str]) -> str:
        if found[0].startswith("$$") and found[0].strip("$ \n"):
            tell(f"A formula is shown as it is typed: {' '.join(found[0].split())[:60]}", line(found))
        return found[0]

    text = _SHEBANG.sub(_fenced, without_dead_html(text, tell))
    text = outside_code(_STRUCK, lambda found: f"<del>{found[1]}</del>", text)
    text = outside_code(_TASK, lambda found: f"{found['before']}{'☐' if found['done'] == ' ' else '☑'}", text)
    text = outside_code(
        _ALERT, lambda found: f"{found['before']}**{found['title'] or found['name'].capitalize()}**  ", text
    )
    text = outside_code(_NOTE, note, text)
    text = outside_code(_TOC, lambda found: "\n" * found[0].count("\n") + "[TOC]", text)
    text = outside_code(_KRAMDOWN, lambda _found: "", text)
    return outside_code(_MATHS, maths, text)


def _fenced(found: re.Match[str]) -> str:
    code = re.sub(r"(?m)^(?: {4}|\t)", "", found["code"].rstrip("\n"))
    fence = "```" if "```" not in code else "~~~~"
    return f"{fence}{found['lang'].lower()}\n{code}\n{fence}\n"
