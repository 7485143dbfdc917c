"""An edit of texts, brought into a site that is otherwise as it was: only the pages that read them are made again.

Whatever might touch more than that is left to a whole build, before a page is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from pelican import Pelican, signals

from plugins.fastbuild import keeping
from plugins.fastbuild.facts import Change
from plugins.fastbuild.inputs import Inputs
from plugins.fastbuild.manifest import Manifest, Unit, place
from plugins.fastbuild.memory import Memory
from plugins.fastbuild.restored import Restored
from plugins.fastbuild.stamps import Stamp, beside, stamp_of, trusted
from plugins.fastbuild.whole import told_as_written
from plugins.fastbuild.writer import Made, QueueingWriter

# More files than these, and beginning anew takes no longer.
_MOST = 50


def bring_in(
    pelican: Pelican,
    inputs: Inputs,
    manifest: Manifest,
    memory: Memory,
    changed: set[str],
    content: Mapping[str, Stamp],
    began: int,
) -> str | None:
    """Bring changed files in, and return what was done in words; None where it takes a whole build."""
    paths = {os.path.relpath(path, inputs.content).replace(os.sep, "/") for path in changed}
    if len(paths | manifest.edits.keys()) > _MOST or not all(path.endswith(".md") for path in paths):
        return None
    restored = memory.take() or Restored.of(pelican, inputs, manifest)
    changes = restored.changes(paths) if restored else None
    if restored is None or changes is None or any(change.names & manifest.derived for change in changes.values()):
        return None
    units = [unit for unit in manifest.units if _is_affected(unit, changes)]
    if not all(unit.is_traced for unit in units):
        return None
    restored.apply(changes)
    writer = QueueingWriter(pelican.output_path, pelican.settings, only=_pages(manifest, changes))
    with told_as_written() as told:
        restored.generate(writer, units, manifest.units, changes.values())
        if list(writer.queued) != manifest.pages:
            return None
        written = told.copy()
        made = writer.make()
        for path in manifest.told - told:
            signals.content_written.send(path, context=None)
    fresh = {path for path, page in made.items() if page.is_new}
    pelican.settings |= {"CHANGED_FILES": fresh | written, "FILTERED_PAGES": frozenset(manifest.pages)}
    signals.finalized.send(pelican)
    kept = _kept(pelican, restored, manifest, changes, made, trusted(content, began))
    file = place(pelican.settings, pelican.output_path)[0]
    keeping.save(file, kept)
    memory.keep(file, kept, restored)
    return f"{len(fresh)} of {len(manifest.pages)} pages changed,"


def _pages(manifest: Manifest, changes: Mapping[str, Change]) -> set[str]:
    """The pages that have read what has changed."""
    numbers: set[int] = set()
    for path, change in changes.items():
        if change.is_of_facts:
            numbers.update(manifest.dependents.facts.get(path, ()))
        if change.is_of_body:
            numbers.update(manifest.dependents.bodies.get(path, ()))
    return {manifest.pages[number] for number in numbers}


def _is_affected(unit: Unit, changes: Mapping[str, Change]) -> bool:
    """Whether a generator has to write its files again; of one that is not traced nobody can tell."""
    return any(
        (change.is_of_facts or change.is_of_body)
        if not unit.is_traced
        else (change.is_of_facts and path in unit.facts) or (change.is_of_body and path in unit.bodies)
        for path, change in changes.items()
    )


def _kept(
    pelican: Pelican,
    restored: Restored,
    manifest: Manifest,
    changes: Mapping[str, Change],
    made: Mapping[str, Made],
    content: dict[str, Stamp | None],
) -> Manifest:
    """What this build leaves to the next one."""
    numbers, paths = {path: number for number, path in enumerate(manifest.pages)}, restored.paths
    stamps = {path: manifest.outputs[path] for path in manifest.pages}
    for path, page in made.items():
        stamps[path] = page.stamp
        # What it does not read any more is left among what it has read: that costs time and is never wrong.
        manifest.dependents.add(
            numbers[path],
            {paths[one] for one in page.reads.facts if one in paths},
            {paths[one] for one in page.reads.bodies if one in paths},
        )
    others = manifest.outputs.keys() - stamps.keys()
    top = os.path.abspath(pelican.output_path)
    folders = {os.path.dirname(path) for path in others}
    found = beside(folders - {top}) | {path: stamp_of(path) for path in others if os.path.exists(path)}
    return replace(
        manifest,
        content=content,
        outputs=found | stamps,
        edits=manifest.edits | {path: dict(change.facts) for path, change in changes.items()},
    )
