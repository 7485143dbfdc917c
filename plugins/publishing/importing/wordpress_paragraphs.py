"""WordPress paragraphs: empty lines and line ends of its older texts as `<p>` and `<br>`."""

from __future__ import annotations

import re

_BLOCK = (
    "address|article|aside|blockquote|details|div|dl|dd|dt|fieldset|figure|figcaption|footer|form|h[1-6]|header|hr|"
    "iframe|li|main|nav|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_STARTS = re.compile(rf"\s*</?(?:{_BLOCK})\b", re.I)
_WHOLE = re.compile(r"<(pre|script|style|table|ul|ol|dl|figure)\b.*?</\1\s*>", re.S | re.I)
_TAG = re.compile(rf"(</?(?:{_BLOCK})\b[^>]*>)", re.I)


def paragraphs(html: str) -> str:
    """A text as WordPress would show it; the number of its lines stays."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ue012{len(kept) - 1}\ue013"

    parts = re.split(r"(\n[ \t]*\n\s*)", _WHOLE.sub(keep, html))
    made = "".join(part if index % 2 or not part.strip() else _paragraph(part) for index, part in enumerate(parts))
    return re.sub(r"\ue012(\d+)\ue013", lambda found: "".join(kept[int(found[1]) :][:1]), made)


def _paragraph(text: str) -> str:
    pieces = []
    for piece in _TAG.split(text):
        if _STARTS.match(piece) or not piece.strip() or re.fullmatch(r"\s*\ue012\d+\ue013\s*", piece):
            pieces.append(piece)
        else:
            before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
            words = re.sub(r"[ \t]*\n(?!\ue012)", "<br>\n", piece.strip())
            pieces.append(f"{before}<p>{words}</p>{after}" if not _is_in_block(pieces) else f"{before}{words}{after}")
    return "".join(pieces)


def _is_in_block(pieces: list[str]) -> bool:
    """Whether the words that follow stand in a paragraph, a heading or an item already."""
    opened = [
        piece for piece in pieces if re.match(r"\s*</?(?:p|h[1-6]|li|td|th|dd|dt|figcaption|summary)\b", piece, re.I)
    ]
    return bool(opened) and not opened[-1].strip().startswith("</")
