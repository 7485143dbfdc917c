"""Embeds in Markdown: a line that declares one becomes a figure with a link, which its page opens where it stands."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.util import AtomicString

from plugins.content.markup.embeds import LINE, Embed, parse_embed
from plugins.domain.language import _

# On the figure, what its frame would load; on a line that is wrong, what is wrong with it.
FRAME, FAULT = "data-embed", "data-embed-fault"
# After code that is indented, before attributes of a paragraph and rows of a table.
_PRIORITY = 78


class _Embeds(BlockProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return LINE.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        found = LINE.search(block)
        assert found is not None
        if before := block[: found.start()].rstrip("\n"):
            self.parser.parseBlocks(parent, [before])
        try:
            parent.append(_figure(parse_embed(found["kind"], found["said"])))
        except ValueError as error:
            wrong = SubElement(parent, "p", {FAULT: str(error)})
            wrong.text = AtomicString(found[0].strip())
        if after := block[found.end() :].lstrip("\n"):
            blocks.insert(0, after)


def _figure(embed: Embed) -> Element:
    figure = Element("figure", {"class": f"embed embed-{embed.kind}", FRAME: embed.frame})
    link = SubElement(figure, "a", {"href": embed.link})
    is_video = embed.kind == "video"
    if embed.picture:
        alt = _("Un’immagine del video") if is_video else _("Un’immagine della mappa")
        SubElement(link, "img", {"src": embed.picture, "alt": alt})
    words = SubElement(link, "span", {"class": "embed-words"})
    title = SubElement(words, "strong")
    title.text = AtomicString(embed.title)
    title.tail = " "
    does = SubElement(words, "span")
    does.text = AtomicString(
        _("Guarda il video su %(service)s", service=embed.service)
        if is_video
        else _("Guarda la mappa su %(service)s", service=embed.service)
    )
    note = SubElement(figure, "figcaption")
    note.text = AtomicString(_("Finché non lo apri, %(service)s non sa che sei qui.", service=embed.service))
    return figure


class DeclaredEmbeds(Extension):
    """Reads the lines that declare an embed."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the kind of block."""
        md.parser.blockprocessors.register(_Embeds(md.parser), "embeds", _PRIORITY)


def makeExtension() -> DeclaredEmbeds:
    """The extension, as settings name it by its module."""
    return DeclaredEmbeds()
