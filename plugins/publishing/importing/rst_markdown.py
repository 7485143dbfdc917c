"""reStructuredText to Markdown, by way of the HTML that docutils makes of it."""

from __future__ import annotations

import re

from plugins.content.markup.rst_parts import rst_parts
from plugins.publishing.importing.embed_links import Tell
from plugins.publishing.importing.foreign_front_matter import Head
from plugins.publishing.importing.html_markdown import html_to_markdown

_CONTENTS = re.compile(r"<nav class=\"contents[^>]*>.*?</nav>", re.S)


def read_rst(text: str, tell: Tell) -> Head:
    """The fields of a reST text, its title among them, and its body as Markdown."""
    parts = rst_parts(text)
    for line, what in parts.faults:
        tell(f"reST: {what}", line)
    html = _CONTENTS.sub("<p>TABLE-OF-CONTENTS</p>", parts.html)
    body = html_to_markdown(html, lambda what, _line: tell(what, 1)).replace("TABLE-OF-CONTENTS", "[TOC]")
    title = {"title": parts.title} if parts.title and "title" not in parts.fields else {}
    return Head(parts.fields | title, parts.lines, body)
