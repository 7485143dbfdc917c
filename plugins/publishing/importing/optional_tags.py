"""Optional tags: writes the end tags that HTML lets one leave out (WHATWG HTML, 13.1.2.4)."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav", "ol", "p", "pre", "section"),
    *("table", "ul"),
)
# How far up an element that ends is looked for.
_DEEPEST = 200
_CELLS, _ROWS = {"td", "th"}, {"td", "th", "tr"}
_GROUPS = ("thead", "tbody", "tfoot")
# By what begins: what ends there, and the element that none of it lies outside of.
_ENDS: dict[str, tuple[set[str], set[str]]] = {
    **dict.fromkeys(_BLOCKS, ({"p"}, {"li", "dd", "td", "th", "blockquote", "div", "section", "article", "figure"})),
    "li": ({"li"}, {"ul", "ol", "menu"}),
    **dict.fromkeys(("dt", "dd"), ({"dt", "dd"}, {"dl"})),
    **dict.fromkeys(("td", "th"), (_CELLS, {"tr", "table"})),
    "tr": (_ROWS, {"table"}),
    **dict.fromkeys(_GROUPS, (_ROWS | set(_GROUPS), {"table"})),
}


def with_end_tags(html: str) -> str:
    """The same HTML with the end tags of items, rows, cells and paragraphs; its lines stay what they were."""
    reader = _Reader()
    reader.feed(html)
    starts = [0]
    for text in html.split("\n"):
        starts.append(starts[-1] + len(text) + 1)
    pieces, done = [], 0
    for line, column, ended in reader.missing:
        at = starts[line - 1] + column
        pieces += [html[done:at], ended]
        done = at
    return "".join((*pieces, html[done:]))


class _Reader(HTMLParser):
    """Keeps which elements are open, and where some of them have to end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.missing: list[tuple[int, int, str]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        ends, within = _ENDS.get(tag, (set[str](), set(self._open[-1:])))
        first = len(self._open)
        for place in range(len(self._open) - 1, max(-1, len(self._open) - _DEEPEST), -1):
            if self._open[place] in within:
                break
            if self._open[place] in ends:
                first = place
        if ended := "".join(f"</{name}>" for name in reversed(self._open[first:])):
            self.missing.append((*self.getpos(), ended))
            del self._open[first:]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Open nothing."""

    def handle_endtag(self, tag: str) -> None:
        near = self._open[-_DEEPEST:]
        if tag in near:
            del self._open[len(self._open) - 1 - near[::-1].index(tag) :]
