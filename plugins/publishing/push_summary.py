"""Push summary: what a publication changes, said to the assistant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plugins.domain.language import _
from plugins.publishing.git.git_export import plain
from plugins.publishing.release.build_report import Document, Report

_MOST_LINES = 12


def summary(before: Report, now: Report) -> Iterator[str]:
    """The lines on what is new, changed and removed, what waits for its day, and the advice."""
    old = {document.address: document for document in before.documents}
    new = {document.address: document for document in now.documents}
    added = [document for address, document in new.items() if address not in old]
    changed = [one for address, one in new.items() if address in old and one.digest != old[address].digest]
    removed = [document for address, document in old.items() if address not in new]
    yield from _group(_("Nuovo"), map(_page, added))
    yield from _group(_("Cambiato"), [*map(_page, changed), *_others(before, now)])
    yield from _group(_("Tolto"), map(_page, removed))
    yield from _group(
        _("In attesa"),
        (_("«%(title)s» uscirà il %(day)s", title=plain(one.title), day=one.words) for one in now.waiting),
    )
    if not (added or changed or removed or before.others != now.others):
        yield _("Nessuna pagina è cambiata.")
    yield from _group(_("Consigli"), map(plain, now.advice))


def _page(document: Document) -> str:
    return _("«%(title)s» %(address)s", title=plain(document.title), address=document.address)


def _others(before: Report, now: Report) -> Iterator[str]:
    if before.others:
        names = sorted({*before.others, *now.others})
        yield from (plain(f"content/{name}") for name in names if before.others.get(name) != now.others.get(name))


def _group(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    lines = list(lines)
    if not lines:
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  {_('… e altri %(number)s', number=len(lines) - _MOST_LINES)}"
