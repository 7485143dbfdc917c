"""Tables in Markdown, each in a box that scrolls on narrow screens."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from plugins.domain.language import _

# A keyboard reaches what scrolls only where it can be focused, and then it must have a name (WCAG 2.1.1, 4.1.2).
_BOX = {"class": "scroll", "role": "region", "tabindex": "0"}


class _Boxes(Treeprocessor):
    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                if child.tag == "table":
                    box = Element("div", _BOX | {"aria-label": _("Tabella")})
                    parent[place] = box
                    box.append(child)
                    box.tail, child.tail = child.tail, None


class ScrollingTables(Extension):
    """Puts every table into a box that scrolls."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the step after the tables are made."""
        md.treeprocessors.register(_Boxes(md), "scrolling_tables", 5)


def makeExtension() -> ScrollingTables:
    """The extension, as settings name it by its module."""
    return ScrollingTables()
