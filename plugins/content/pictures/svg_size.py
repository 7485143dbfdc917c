"""Size of a drawing (SVG): its own, or that of its view box."""

from __future__ import annotations

import re

# No longer than any drawing needs: in a longer one no end would be found but after looking from each of its digits.
_NUMBER = r"(\d{1,9}(?:\.\d{1,20})?|\.\d{1,20})"
_LENGTH = re.compile(rf"\s*{_NUMBER}(?:px)?\s*")
_BOX = re.compile(rf"viewBox=[\"']\s*[\d.-]+[\s,]+[\d.-]+[\s,]+{_NUMBER}[\s,]+{_NUMBER}\s*[\"']")


def svg_size(text: str) -> tuple[int, int] | None:
    """Width and height of an SVG: its own, or else its view box; None where it says neither."""
    root = re.search(r"<svg\b[^<>]*>", text)
    if root is None:
        return None
    # By itself: `stroke-width` is another length.
    own = [re.search(rf"(?<![\w-]){name}=([\"'])(.*?)\1", root[0]) for name in ("width", "height")]
    lengths = [_LENGTH.fullmatch(one[2]) if one else None for one in own]
    if all(lengths):
        return (round(float(lengths[0][1])), round(float(lengths[1][1])))  # type: ignore[index]
    box = _BOX.search(root[0])
    return (round(float(box[1])), round(float(box[2]))) if box else None
