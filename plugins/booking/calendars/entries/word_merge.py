"""Three-way merge of an entry's words: what a booking says goes in, what its owner wrote there stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def changed_words(
    there: Mapping[str, str], here: Mapping[str, str], written: Mapping[str, str] | None, names: Iterable[str]
) -> dict[str, str | None]:
    """Return the words to write of those named, None where they go; by what was `written` last, None where unknown."""
    changed: dict[str, str | None] = {}
    for name in names:
        new, old = here.get(name), None if written is None else written.get(name, "")
        if old is None:  # an earlier version wrote it, and did not keep what
            changed[name] = new
            continue
        hers = plain(there.get(name, ""))
        if hers == plain(old):
            changed[name] = new
        elif old and plain(old) in hers and new is not None:
            changed[name] = hers.replace(plain(old), plain(new), 1)
    return changed


def plain(text: str) -> str:
    """Leave out what programs change of themselves: how lines end, and spaces there."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
