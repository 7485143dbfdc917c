"""reStructuredText parts: fields, title, HTML and faults of a text, by docutils; it opens no other file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.transforms import Transform
from docutils.utils import SystemMessage

_WARNING = 2
# The nodes that all substitutions of a text may add.
_MOST_SUBSTITUTED = 20_000
# A push may come from anybody: nothing is included, fetched or passed on as it is, and no settings of the machine
# count.
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "halt_level": 5,
    "report_level": _WARNING,
    "warning_stream": False,
    "syntax_highlight": "none",
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "math_output": "LaTeX",
    # What stands between two marks is looked for in the rest of the paragraph, for each of them again.
    "line_length_limit": 20_000,
}
# Options that only matter to who paints code, or a frame.
_PAINTED = (
    *("linenos", "hl_lines", "anchorlinenos", "classprefix", "lineanchors", "linenospecial", "linenostart"),
    *("linenostep", "lineseparator", "linespans", "nobackground", "nowrap", "tagsfile", "tagurlformat", "number-lines"),
    *("class", "name", "caption", "emphasize-lines", "dedent"),
)
_FRAMED = ("width", "height", "align", "allowfullscreen", "class")
_LITERAL = re.compile(r"<span class=\"docutils literal\">((?:<span class=\"pre\">[^<]*</span>|[^<])*)</span>")
_SECTION = re.compile(r"<section[^>]*?id=\"([\w-]+)\"[^>]*>\s*<(h\d)(?![^>]*\bid=)")


@dataclass
class RstParts:
    """What a text says: its fields with their lines, its title, its HTML, and what docutils has to say of it."""

    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    title: str = ""
    html: str = ""
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Code(Directive):  # type: ignore[misc]
    """Code, as the directive of Pelican and Sphinx has it."""

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


class _SubstitutionBudget(Transform):  # type: ignore[misc]
    """Ends the reading of a text whose substitutions, each with others in it, would grow without bound."""

    default_priority = 219  # before they are put in

    def apply(self) -> None:
        sizes: dict[str, int] = {}
        total = sum(self._size(one, sizes) for one in self.document.findall(nodes.substitution_reference))
        if total > _MOST_SUBSTITUTED:
            raise ValueError("the substitutions are too many, or too large")

    def _size(self, reference: nodes.Node, sizes: dict[str, int]) -> int:
        key = reference["refname"]
        key = key if key in self.document.substitution_defs else self.document.substitution_names.get(key.lower(), "")
        if key not in sizes:
            sizes[key] = 1  # of one that leads to itself, which docutils tells
            inner = self.document.substitution_defs[key].findall() if key else ()
            sizes[key] = sum(
                self._size(one, sizes) if isinstance(one, nodes.substitution_reference) else 1 for one in inner
            )
        return sizes[key]


class _Parser(Parser):  # type: ignore[misc]
    def get_transforms(self) -> list[type[Transform]]:
        return [*super().get_transforms(), _SubstitutionBudget]


def _abbreviation(
    _name: str, rawtext: str, text: str, _line: int, _inliner: object, _options: object = None, _content: object = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    words, _bracket, meaning = text.partition("(")
    is_explained = words.strip() and len(meaning) > 1 and meaning.endswith(")")
    return [nodes.abbreviation(rawtext, words.rstrip() if is_explained else text)], []


@cache
def _add_directives() -> None:
    for name in ("code-block", "sourcecode", "code"):
        directives.register_directive(name, _Code)
    for name in ("youtube", "vimeo"):
        directives.register_directive(name, _Video)
    roles.register_local_role("abbr", _abbreviation)


def rst_parts(text: str) -> RstParts:
    """Read a text."""
    _add_directives()
    parts = RstParts()
    known = dict(roles._roles)
    try:
        tree = publish_doctree(text, parser=_Parser(), settings_overrides=_SETTINGS)
        parts.fields = _fields(tree)
        parts.lines = {key: _line_of(text, key) for key in parts.fields}
        _take_messages(tree, parts)
        title = tree.next_node(nodes.title)
        parts.title = title.astext() if title is not None and title.parent is tree else ""
        parts.html = _html(tree)
    except (SystemMessage, RecursionError, AttributeError, ValueError, TypeError, LookupError) as error:
        parts.faults.append((1, f"docutils: {str(error)[:200]}"))
    finally:
        # Those that a text defines are its own; docutils keeps them for the next one.
        roles._roles.clear()
        roles._roles.update(known)
    return parts


def _take_messages(tree: nodes.document, parts: RstParts) -> None:
    for message in [*tree.findall(nodes.system_message), *tree.transform_messages]:
        if int(message.get("level", 0)) >= _WARNING:
            words = re.sub(r"^<string>:\d+: \(\w+/\d\) ", "", " ".join(message.astext().split()))
            parts.faults.append((int(message.get("line", 1)), words[:200]))
        if message.parent is not None:
            message.parent.remove(message)
    tree.transform_messages.clear()
    for image in tree.findall(nodes.image):
        # The address of a picture is no text for who cannot see it.
        image.setdefault("alt", "")
        # What docutils embeds it opens wherever it lies, and an SVG's scripts become the page's.
        if image.attributes.pop("loading", "lazy") != "lazy":
            parts.faults.append((_line(image), '"image" directive disabled'))
    for problem in [*tree.findall(nodes.problematic)]:
        problem.parent.replace(problem, nodes.Text(problem.astext()))
    for comment in [*tree.findall(nodes.comment)]:
        comment.parent.remove(comment)


def _line(node: nodes.Node) -> int:
    """The line where a node, or else what it stands in, begins."""
    while node.line is None and node.parent is not None:
        node = node.parent
    return node.line or 1


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
    return {key: " ".join(value.split()) for key, value in found.items()}


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^\s*:{re.escape(key)}:", text, re.MULTILINE | re.IGNORECASE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _html(tree: nodes.document) -> str:
    html = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    found = re.search(r"<main[^>]*>(.*)</main>", html, re.S)
    inner = re.sub(r"\A\s*<h1 class=\"title\">.*?</h1>", "", found[1] if found else "", count=1, flags=re.S)
    inner = re.sub(r"<p class=\"subtitle\"[^>]*>(.*?)</p>", r"<p><strong>\1</strong></p>", inner, flags=re.S)
    inner = re.sub(r"<dl class=\"docinfo[^\"]*\">.*?</dl>", "", inner, count=1, flags=re.S)
    inner = re.sub(r"<a class=\"(?:toc-backref|self-link)\"[^>]*>(.*?)</a>", r"\1", inner, flags=re.S)
    inner = re.sub(r"<a[^>]*href=\"#top\"[^>]*>(.*?)</a>", r"\1", inner, flags=re.S)
    # As Markdown's fences have it.
    inner = re.sub(r"<pre class=\"code ([\w+#-]+)[^\"]*\"><code>", r'<pre><code class="language-\1">', inner)
    # The pages' policy heeds no style in a tag.
    inner = re.sub(r"(<[^<>]*?) style=\"[^\"]*\"", r"\1", inner)
    # Headings and paragraphs stand beside each other, as Markdown's do.
    inner = re.sub(r"</?section[^>]*>", "", _SECTION.sub(r'<\2 id="\1"', inner))
    inner = re.sub(r" class=\"reference (?:external|internal)\"", "", inner)
    return _LITERAL.sub(r"<code>\1</code>", inner).replace('<span class="pre">', "<span>")
