"""reStructuredText to Markdown by docutils, without `include`, `raw` and files of others."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import SystemMessage

from plugins.publishing.importing.embed_links import Tell
from plugins.publishing.importing.html_markdown import html_to_markdown

_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "halt_level": 5,
    "report_level": 2,
    "warning_stream": False,
    "syntax_highlight": "none",
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "math_output": "LaTeX",
    "line_length_limit": 100_000,
    "id_prefix": "",
}
_LITERAL = re.compile(r"<span class=\"docutils literal\">((?:<span class=\"pre\">[^<]*</span>|[^<])*)</span>")
# Options that only matter to who paints code, or a frame.
_PAINTED = (
    *(
        "linenos",
        "hl_lines",
        "anchorlinenos",
        "classprefix",
        "lineanchors",
        "linenospecial",
        "linenostart",
        "linenostep",
    ),
    *(
        "lineseparator",
        "linespans",
        "nobackground",
        "nowrap",
        "tagsfile",
        "tagurlformat",
        "number-lines",
        "class",
        "name",
    ),
    *("caption", "emphasize-lines", "dedent"),
)
_FRAMED = ("width", "height", "align", "allowfullscreen", "class")


class _Code(Directive):  # type: ignore[misc]
    """Code in Pygments' directive of Pelican, whose options only matter to a painter."""

    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = dict.fromkeys(_PAINTED, directives.unchanged)

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        language = self.arguments[0] if self.arguments else ""
        return [nodes.literal_block(text, text, classes=["code", language])]


class _Video(Directive):  # type: ignore[misc]
    """A video of the plugins that embed one, as its address."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = dict.fromkeys(_FRAMED, directives.unchanged)

    def run(self) -> list[nodes.Node]:
        number = self.arguments[0].split()[0]
        start = "https://vimeo.com/" if self.name == "vimeo" else "https://www.youtube.com/watch?v="
        link = nodes.reference("", f"Video ({self.name})", refuri=f"{start}{number}")
        return [nodes.paragraph("", "", link)]


def _abbreviation(
    name: str, rawtext: str, text: str, lineno: int, inliner: object, options: object = None, content: object = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    found = re.fullmatch(r"(?P<words>.+?)\s*\((?P<meaning>.+)\)", text, re.S)
    return [nodes.abbreviation(text, found["words"] if found else text)], []


def read_rst(text: str, tell: Tell) -> tuple[dict[str, str], dict[str, int], str, str]:
    """The fields of a reST text with their lines, its title, and its body as Markdown."""
    for name in ("code-block", "sourcecode", "code"):
        directives.register_directive(name, _Code)
    for name in ("youtube", "vimeo"):
        directives.register_directive(name, _Video)
    roles.register_local_role("abbr", _abbreviation)
    try:
        tree = publish_doctree(text, settings_overrides=_SETTINGS)
    except (SystemMessage, RecursionError, AttributeError, ValueError, TypeError) as error:
        tell(f"docutils gives up on this text: {str(error)[:120]}", 1)
        return {}, {}, "", ""
    fields = _fields(tree)
    lines = {key: _line_of(text, key) for key in fields}
    for message in [*tree.findall(nodes.system_message)]:
        if int(message.get("level", 0)) >= _SETTINGS["report_level"]:
            words = re.sub(r"^<string>:\d+: \(\w+/\d\) ", "", " ".join(message.astext().split()))
            tell(f"reST: {words[:200]}", int(message.get("line", 1)))
        message.parent.remove(message)
    for problem in [*tree.findall(nodes.problematic)]:
        problem.parent.replace(problem, nodes.Text(problem.astext()))
    for topic in [one for one in tree.findall(nodes.topic) if "contents" in one["classes"]]:
        topic.parent.replace(topic, nodes.paragraph("", "[TOC]", classes=["toc-place"]))
    for pending in [*tree.findall(nodes.comment)]:
        pending.parent.remove(pending)
    title = tree.next_node(nodes.title)
    named = title.astext() if isinstance(title, nodes.title) and title.parent is tree else ""
    html = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    found = re.search(r"<main[^>]*>(.*)</main>", html, re.S)
    inner = re.sub(r"\A\s*<h1 class=\"title\">.*?</h1>", "", found[1] if found else "", count=1, flags=re.S)
    inner = re.sub(r"<p class=\"subtitle\"[^>]*>(.*?)</p>", r"<p><strong>\1</strong></p>", inner, flags=re.S)
    inner = re.sub(r"<dl class=\"docinfo[^\"]*\">.*?</dl>", "", inner, count=1, flags=re.S)
    inner = re.sub(r"<a class=\"(?:toc-backref|self-link)\"[^>]*>(.*?)</a>", r"\1", inner, flags=re.S)
    inner = re.sub(r"<section[^>]*?id=\"([\w-]+)\"[^>]*>\s*<(h\d)(?![^>]*\bid=)", r'<section><\2 id="\1"', inner)
    inner = _LITERAL.sub(r"<code>\1</code>", inner)
    body = html_to_markdown(inner, lambda what, _line: tell(what, 1))
    return fields, lines, named, body.replace(r"\[TOC\]", "[TOC]")


def _fields(tree: nodes.document) -> dict[str, str]:
    """The fields at the head, whether docutils knows them as bibliographic ones or not."""
    found: dict[str, str] = {}
    for holder in tree.findall(nodes.docinfo):
        for one in holder.children:
            if isinstance(one, nodes.field):
                found[one.children[0].astext().lower()] = one.children[1].astext()
            elif isinstance(one, nodes.authors):
                found["authors"] = "; ".join(author.astext() for author in one.children)
            else:
                found[one.__class__.__name__] = one.astext()
    for topic in [*tree.findall(nodes.topic)]:
        if topic["classes"] in (["abstract"], ["dedication"]):
            topic.parent.remove(topic)
    return found


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^\s*:{re.escape(key)}:", text, re.M | re.I)
    return text.count("\n", 0, found.start()) + 1 if found else 1
