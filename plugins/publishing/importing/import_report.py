"""Import report: counts, and each thing that could not be carried, by source file and line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.import_records import Kind, Told
from plugins.publishing.importing.import_writer import Outcome, shared_days
from plugins.publishing.importing.server_rules import server_rules

_SHOWN = 3


def counts(outcome: Outcome) -> list[str]:
    """What came in and what went out, in a few lines."""
    site, files = outcome.site, outcome.files
    lost = site.found - len(site.posts) + len(outcome.refused)
    drafts = sum(post.is_draft for post in site.posts)
    lines = [
        f"Posts and pages: {site.found} in, {len(outcome.written)} written, {len(outcome.there)} there already, "
        f"{lost} not carried ({drafts} are drafts)",
        f"Pictures and files: {files.copied} copied, {files.there} there already, {len(files.missing)} not found",
        f"Old addresses: {outcome.aliases} are aliases, {len(outcome.rules)} need the server's rules in the report",
    ]
    if site.comments:
        lines.append(f"Comments: {site.comments} not carried")
    if outcome.timed:
        lines.append(
            f"Times of day: {outcome.timed} dropped; {shared_days(outcome)} posts share their day with another"
        )
    return lines


def summary(outcome: Outcome) -> Iterator[str]:
    """What is printed: the counts, and the first lines of each kind."""
    yield from counts(outcome)
    for kind, told in _grouped(outcome):
        yield f"\n{kind}: {len(told)}"
        yield from (f"  {one.file}:{one.line} — {one.what}" for one in told[:_SHOWN])
        if len(told) > _SHOWN:
            yield f"  … and {len(told) - _SHOWN} more"


def whole_report(outcome: Outcome, title: str) -> str:
    """The text of the report's file."""
    lines = [title, "", *counts(outcome)]
    for kind, told in _grouped(outcome):
        lines += ["", f"## {kind}: {len(told)}", ""]
        lines += [f"{one.file}:{one.line} — {one.what}" for one in told]
    moved = dict(outcome.rules) | outcome.files.moved
    for address, (place, label) in sorted(outcome.site.lists.items()):
        if slug_of(label):
            moved.setdefault(address, f"/blog/{place}/{slug_of(label)}/")
    if rules := server_rules({old: new for old, new in moved.items() if old != new}):
        lines += ["", "## What a page cannot redirect: rules for the server of the new site", "", *rules]
    return "\n".join(lines) + "\n"


def _grouped(outcome: Outcome) -> Iterator[tuple[Kind, list[Told]]]:
    order = list(Kind)
    told = sorted(set(outcome.site.told), key=lambda one: (order.index(one.kind), one.file, one.line, one.what))
    for kind, group in groupby(told, key=lambda one: one.kind):
        yield kind, list(group)
