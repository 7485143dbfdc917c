"""Testimonials reader: reads `testimonials/*.md` and `cases/*.md`, plain texts that pages show."""

from __future__ import annotations

import re
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.markup.links import CASES, TESTIMONIALS
from plugins.content.source_files import Source, SourcesReader, read_sources
from plugins.domain.language import _
from plugins.domain.testimonials import Case, OfClient, Testimonial

# What Markdown would take for a sign of its own, and plain text shows as it is typed; a dash, where a paragraph begins
# with it: in another line it may be one of the sentence.
_MARKS = re.compile(
    r"\*\*\S|__\S|`|!?\[[^\]\n]*\]\(|\{(?:filename|static|attach)\}|</?[a-zA-Z!]|^(?:#{1,6}\s|>)"
    r"|(?:\A|(?<=\A\n)|(?<=\n\n))[-*+]\s",
    re.MULTILINE,
)
# The same as `_MARKS`, with what it may be read as without saying another thing.
_UNMARKED = (
    (re.compile(r"\*\*+|__+|(?m:^(?:#{1,6}\s+|>[ \t]*)+)"), ""),
    (re.compile("`"), "’"),
    (re.compile(r"\]\("), "] ("),
    (re.compile(r"\{(filename|static|attach)\}"), r"(\1)"),
    (re.compile(r"<(?=/?[a-zA-Z!])"), "< "),
    (re.compile(r"((?:\A|(?<=\A\n)|(?<=\n\n)))[-*+]\s+"), "– "),
)


def without_marks(text: str) -> str:
    """What somebody typed as the plain text of a testimonial, which the reader takes as it is."""
    text = f"{text.strip()}\n"  # as a file ends it
    # One sign may have stood before another; each round leaves fewer.
    while _MARKS.search(text):
        for marks, plain in _UNMARKED:
            text = marks.sub(plain, text)
        text = f"{text.strip()}\n"
    return text.strip()


def read_testimonials(
    root: Path, faults: list[Fault], read: SourcesReader = read_sources
) -> tuple[tuple[Source[Testimonial], ...], tuple[Source[Case], ...]]:
    """Every testimonial and case below `root`, drafts included, adding every fault to `faults`."""
    return _read(root, TESTIMONIALS, Testimonial, faults, read), _read(root, CASES, Case, faults, read)


def _read(
    root: Path, folder: str, model: type[OfClient], faults: list[Fault], read: SourcesReader
) -> tuple[Source[OfClient], ...]:
    found = []
    for source in read(root, f"{folder}/*.md", model, faults, lambda path: {"slug": path.stem}):
        document, value = source.document, source.value
        if not document.body.strip():
            what = _("Mancano le parole. Scrivile sotto la seconda riga «---».")
            faults.append(Fault(document.path, document.body_line, what))
        elif marks := _MARKS.search(document.body):
            line = document.body_line + document.body.count("\n", 0, marks.start())
            what = _(
                "Qui si scrive testo semplice, e «%(marks)s» si leggerebbe così com’è. Lascia solo le parole, "
                "con una riga vuota fra un capoverso e l’altro.",
                marks=marks[0].strip(),
            )
            faults.append(Fault(document.path, line, what))
        found.append(Source(document, value.model_copy(update={"text": document.body.strip()})))
    return tuple(found)
